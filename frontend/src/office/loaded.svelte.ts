// Something that is asked for: being waited for, there, or failed. A new question cancels the
// one before; what was there stays visible until the new answer has come.

import { Latest } from '../map/latest'

export class Loaded<T> {
  value = $state.raw<T | null>(null)
  error = $state.raw<unknown>(null)
  waiting = $state(false)
  #latest = new Latest()
  #again: (() => Promise<void>) | null = null

  async load(work: (signal: AbortSignal) => Promise<T>): Promise<void> {
    this.#again = () => this.load(work)
    this.waiting = true
    this.error = null
    try {
      const answer = await this.#latest.ask(work)
      if (answer === undefined) return // a later question is under way and says how it ends
      this.value = answer
    } catch (error) {
      this.value = null
      this.error = error
    }
    this.waiting = false
  }

  again = (): void => void this.#again?.()

  stop(): void {
    this.#latest.stop()
    this.waiting = false
  }
}
