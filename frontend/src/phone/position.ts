/**
 * Looking for where the phone is. The first fix of a phone is often hundreds of metres off; it
 * gets better for some seconds, so the search goes on for 20 s, keeps the best, and ends at once
 * when the person moves the map by hand.
 */

export const SEARCH_MS = 20_000
/** Worse than this is worth a word: on the wrong side of the road, perhaps in another village. */
export const POOR_M = 50
/** Good enough to stop early. */
const FINE_M = 8

export interface Fix {
  readonly lng: number
  readonly lat: number
  readonly accuracyM: number
}

export type Search =
  | { readonly state: 'idle' }
  | { readonly state: 'searching'; readonly until: number; readonly best: Fix | null } // ms
  | { readonly state: 'found'; readonly best: Fix }
  | { readonly state: 'failed'; readonly why: 'denied' | 'unavailable' | 'insecure' }

export type SearchEvent =
  | { readonly type: 'start'; readonly now: number }
  | { readonly type: 'fix'; readonly fix: Fix; readonly now: number }
  | { readonly type: 'tick'; readonly now: number }
  | { readonly type: 'moved' } // by hand
  | { readonly type: 'denied' | 'unavailable' | 'insecure' }

export function search(before: Search, event: SearchEvent): Search {
  switch (event.type) {
    case 'start':
      // What was found stays on show while a better one is looked for.
      return {
        state: 'searching',
        until: event.now + SEARCH_MS,
        best: before.state === 'found' ? before.best : null,
      }
    case 'fix': {
      if (before.state !== 'searching') return before
      const best =
        before.best && before.best.accuracyM <= event.fix.accuracyM ? before.best : event.fix
      if (best.accuracyM <= FINE_M || event.now >= before.until) return { state: 'found', best }
      return { ...before, best }
    }
    case 'tick':
      if (before.state !== 'searching' || event.now < before.until) return before
      return before.best
        ? { state: 'found', best: before.best }
        : { state: 'failed', why: 'unavailable' }
    case 'moved':
      return { state: 'idle' }
    case 'denied':
    case 'insecure':
      return { state: 'failed', why: event.type }
    case 'unavailable':
      // A lost satellite after a fix is no reason to throw the fix away.
      if (before.state === 'searching' && before.best) return { state: 'found', best: before.best }
      return { state: 'failed', why: 'unavailable' }
  }
}
