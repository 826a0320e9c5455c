// What the officer has ticked in the list, the last act on many, and the shortlist.

import type { Pin } from '../api'
import { type Need, undoActs } from '../life/source'
import { MOST, type Outcome, outcomeOf, toggled, toggledAll, withMore } from './many'
import { actOnMany, getShortlist, type Many, putShortlist } from './queue'

type Told = 'done' | 'undone' | 'listed'

export class Picked {
  /** What the list shows: nothing else can be ticked. */
  shown = $state.raw<readonly Pin[]>([])
  ticked = $state.raw<readonly string[]>([])
  /** Null until the shortlist has come. */
  shortlist = $state.raw<readonly Need[] | null>(null)
  outcome = $state.raw<(Outcome & { told: Told }) | null>(null)
  trouble = $state.raw<unknown>(null)
  busy = $state(false)

  readonly pins = $derived(this.shown.filter(({ id }) => this.ticked.includes(id)))
  readonly undoable = $derived(
    this.outcome?.told === 'done' && this.outcome.entries.length ? this.outcome.entries : null,
  )

  show(pins: readonly Pin[]): void {
    this.shown = pins
    const ids = new Set(pins.map(({ id }) => id))
    if (this.ticked.some((id) => !ids.has(id)))
      this.ticked = this.ticked.filter((id) => ids.has(id))
  }

  tick(id: string): void {
    this.ticked = toggled(this.ticked, id)
  }

  tickAll(): void {
    this.ticked = toggledAll(
      this.ticked,
      this.shown.map(({ id }) => id),
    )
  }

  /** Whether it was done at all; what was refused of it stands in the outcome. */
  act(what: Many): Promise<boolean> {
    const { pins } = this
    return this.#doing(async () => {
      const results = await actOnMany(
        pins.map(({ id }) => id),
        what,
      )
      const numbers = pins.map(({ properties }) => properties.number)
      this.outcome = { ...outcomeOf(results, numbers), told: 'done' }
      this.ticked = []
    })
  }

  undo(): Promise<boolean> {
    const entries = this.undoable
    if (!entries) return Promise.resolve(false)
    return this.#doing(async () => {
      this.outcome = { ...outcomeOf(await undoActs(entries), []), told: 'undone' }
    })
  }

  async readShortlist(): Promise<void> {
    try {
      this.shortlist = await getShortlist()
    } catch (failed) {
      this.trouble = failed
    }
  }

  addToShortlist(ids: readonly string[]): Promise<boolean> {
    return this.#doing(async () => {
      // From the server's list, so that what another window added is not written over.
      const listed = (await getShortlist()).map(({ id }) => id)
      const wanted = withMore(listed, ids)
      this.shortlist = await putShortlist(wanted.slice(0, Math.max(MOST, listed.length)))
      const done = this.shortlist.length - listed.length
      this.outcome = { done, entries: [], refused: [], told: 'listed' }
    })
  }

  setShortlist(needs: readonly Need[]): Promise<boolean> {
    this.shortlist = needs
    return this.#doing(async () => {
      this.shortlist = await putShortlist(needs.map(({ id }) => id))
    }).then(async (done) => {
      if (!done) {
        const { trouble } = this
        await this.readShortlist()
        this.trouble = trouble
      }
      return done
    })
  }

  async #doing(work: () => Promise<void>): Promise<boolean> {
    if (this.busy) return false
    this.busy = true
    this.trouble = null
    try {
      await work()
      return true
    } catch (failed) {
      this.trouble = failed
      return false
    } finally {
      this.busy = false
    }
  }
}
