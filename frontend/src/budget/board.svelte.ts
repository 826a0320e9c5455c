/** What the board of budget rounds shows, and the acts of an officer on it. */
import { ApiError, getMe, type Me } from '../api'
import type { Delivery } from '../round/source'
import {
  getBoard,
  getDeliveries,
  getDesk,
  getOwnRound,
  getProjects,
  getResults,
  getSeed,
  type Board as Inputs,
  type Office,
  type OwnResults,
  type OwnRound,
  type Project,
  type Seed,
} from './source'

export const TABS = ['need', 'rules', 'projects', 'results', 'decide', 'papers'] as const
export type Tab = (typeof TABS)[number]

export class Board {
  me = $state.raw<Me | null>(null)
  offices = $state.raw<readonly Office[]>([])
  rounds = $state.raw<readonly OwnRound[]>([])
  started = $state(false)
  failure = $state.raw<unknown>(null)

  id = $state('')
  tab = $state<Tab>('need')
  round = $state.raw<OwnRound | null>(null)
  inputs = $state.raw<Inputs | null>(null)
  projects = $state.raw<readonly Project[]>([])
  results = $state.raw<OwnResults | null>(null)
  deliveries = $state.raw<readonly Delivery[]>([])

  /** What the last act was answered with. */
  said = $state.raw<unknown>(null)
  acting = $state(false)

  /** A solution that waits to become a project. */
  seed = $state.raw<Seed | null>(null)

  readonly isDraft = $derived(this.round?.phase === 'draft')
  readonly newest = $derived(this.round?.versions.at(-1) ?? null)

  start = async (): Promise<void> => {
    this.failure = null
    try {
      this.me = await getMe()
      if (!this.me.person || this.me.person.is_device) {
        location.replace(`/login/?next=${encodeURIComponent(location.pathname + location.search)}`)
        return
      }
      const desk = await getDesk()
      const own = new Set(desk.offices.map((one) => one.id))
      this.offices = desk.offices
      this.rounds = desk.results.filter((one) => own.has(one.office.id))
      await this.begin()
      this.started = true
    } catch (error) {
      this.failure = error
    }
  }

  /** Who comes from a solution goes to the projects of the newest draft. */
  async begin(): Promise<void> {
    const asked = new URLSearchParams(location.search)
    const [need, solution] = [asked.get('need'), asked.get('solution')]
    if (need && solution) {
      this.seed = await getSeed(need, solution)
      const draft = this.rounds.find((one) => one.phase === 'draft')
      if (draft) history.replaceState(null, '', `?id=${draft.id}#projects`)
    }
    await this.open()
  }

  /** Shows what stands in the address. */
  open = async (): Promise<void> => {
    const id = new URLSearchParams(location.search).get('id') ?? ''
    const tab = TABS.find((one) => location.hash === `#${one}`)
    if (id !== this.id) {
      this.round = this.inputs = this.results = null
      this.said = null
    }
    this.id = id
    this.tab = tab ?? 'need'
    if (id && !this.round) await this.reload()
  }

  back = (): void => {
    this.open().catch((error: unknown) => (this.failure = error))
  }

  go = (id: string, tab: Tab = 'need'): void => {
    history.pushState(null, '', id ? `?id=${id}#${tab}` : location.pathname)
    this.back()
    if (!id) void this.start()
  }

  reload = async (): Promise<void> => {
    const round = await getOwnRound(this.id)
    const [inputs, projects, results, deliveries] = await Promise.all([
      getBoard(this.id),
      getProjects(round.office.id),
      round.phase === 'draft' ? null : getResults(this.id),
      round.versions.some((one) => one.published_at) ? getDeliveries(this.id) : [],
    ])
    Object.assign(this, { round, inputs, projects, results, deliveries })
  }

  /** Does something and reads anew what stands; whether it was done. */
  act = async (what: () => Promise<unknown>): Promise<boolean> => {
    if (this.acting) return false
    this.acting = true
    this.said = null
    try {
      await what()
      if (this.id) await this.reload()
      return true
    } catch (error) {
      this.said = error
      // Somebody else was first: what stands is read anew, so that the next press is an informed one.
      if (error instanceof ApiError && error.failure === 'conflict' && this.id) {
        await this.reload().catch(() => undefined)
      }
      return false
    } finally {
      this.acting = false
    }
  }
}
