// What the officer's page knows: who reads, the words of categories and areas, and the screen
// that stands in the address.

import {
  type Area,
  type Categories,
  type Category,
  getAreas,
  getCategories,
  getMe,
  type Me,
} from '../api'
import type { Place } from '../map/place'
import { lineage } from './levels'
import { Picked } from './picked.svelte'
import { inArea, isFresh, readScreen, type Screen, screenQuery } from './screen'
import type { KnownAreas } from './sentence'

type Known = Pick<Area, 'code' | 'name_th' | 'name_en'>

export class Desk {
  screen = $state.raw<Screen>(readScreen(location.search))
  me = $state.raw<Me | null>(null)
  categories = $state.raw<Categories | null>(null)
  areas = $state.raw<KnownAreas>(new Map())
  failure = $state.raw<unknown>(null)
  started = $state(false)
  /** Grows with each act of the officer: what is listed is asked anew. */
  acted = $state(0)
  /** The first figures are on the screen. */
  ready = $state(false)
  /** What the officer has ticked and shortlisted. */
  readonly picked = new Picked()
  /** The area whose row or shape is pointed at. */
  marked = $state<string | null>(null)
  /** Where the open pin lies. */
  spot = $state.raw<Place | null>(null)
  /** What the scores of the present table are made of. */
  basis = $state<'per_1000' | 'total'>('per_1000')
  /** How many pins of the filter the figures count; null where the table cannot say. */
  counted = $state<number | null>(null)

  /** Acts for some place or office, so that a queue waits for them. */
  readonly isOfficer = $derived(
    this.me?.grants.some(({ role }) => role === 'officer' || role === 'administrator') ?? false,
  )
  readonly bySlug = $derived(
    new Map<string, Category>(this.categories?.categories.map((one) => [one.slug, one]) ?? []),
  )

  start = async (): Promise<void> => {
    this.failure = null
    try {
      ;[this.me, this.categories] = await Promise.all([getMe(), getCategories()])
    } catch (error) {
      this.failure = error
      return
    }
    const home = this.me.home || this.me.deployment.start
    const fresh = isFresh(location.search)
    const opened = fresh && home && !this.screen.filter.area
    this.go(opened ? inArea(this.screen, home) : this.screen, 'replace')
    this.started = true
  }

  go(next: Screen, how: 'push' | 'replace' = 'push'): void {
    this.screen = next
    const query = screenQuery(next)
    if (query === location.search.slice(1)) return
    if (how === 'push') history.pushState(null, '', `?${query}`)
    else history.replaceState(history.state, '', `?${query}`)
  }

  back = (): void => {
    this.screen = readScreen(location.search)
  }

  learn(areas: readonly Known[]): void {
    const fresh = areas.filter(({ code }) => !this.areas.has(code))
    if (fresh.length === 0) return
    const all = new Map(this.areas)
    for (const area of fresh) all.set(area.code, area)
    this.areas = all
  }

  /** Names of an area and of everything above it. A name that does not come leaves its code. */
  learnLineage(area: string): Promise<void> {
    return this.learnCodes(lineage(area))
  }

  async learnCodes(codes: readonly string[]): Promise<void> {
    const unknown = codes.filter((code) => !this.areas.has(code))
    if (unknown.length === 0) return
    this.learn(await getAreas({ code: unknown.join(',') }).catch(() => []))
  }
}
