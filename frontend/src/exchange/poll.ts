/** How often to look how far it is: at once while it moves, more and more seldom while it stands. */
export const SHORTEST_MS = 1000
export const LONGEST_MS = 5000

export function nextWait(before: number, moved: boolean): number {
  return moved ? SHORTEST_MS : Math.min(LONGEST_MS, Math.round(before * 1.5))
}

/** Resolves after a while, or as soon as it is stopped. */
export function pause(waitMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, waitMs)
    signal.addEventListener('abort', done)
  })
}
