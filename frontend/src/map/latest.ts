// Only the last question matters: asking again cancels what is still under way.

export class Latest {
  #asked: AbortController | null = null

  /** The answer, or undefined when a later question (or stop) made it worthless. */
  async ask<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T | undefined> {
    this.stop()
    const own = new AbortController()
    this.#asked = own
    try {
      const answer = await work(own.signal)
      return own.signal.aborted ? undefined : answer
    } catch (error) {
      if (own.signal.aborted) return undefined
      throw error
    } finally {
      if (this.#asked === own) this.#asked = null
    }
  }

  stop(): void {
    this.#asked?.abort()
    this.#asked = null
  }
}
