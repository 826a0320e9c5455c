/** Where an import stands, and what can follow. */
import type { RunSummary } from './source'

export type Stage =
  | 'checking'
  | 'stopped' // it says that it runs, and nobody works on it
  | 'trouble' // the file as a whole cannot be taken
  | 'report'
  | 'writing'
  | 'written'
  | 'undoing'
  | 'undone'

type Standing = Pick<RunSummary, 'state' | 'interrupted' | 'trouble' | 'received_at'>

const STARTS_WITHIN_MS = 30_000

export function stageOf(run: Standing, now: number): Stage {
  if (run.interrupted) return 'stopped'
  switch (run.state) {
    case 'received':
      if (run.trouble) return 'trouble'
      // Checking starts with the last byte; if it has not, the server stopped in between.
      return now - Date.parse(run.received_at) > STARTS_WITHIN_MS ? 'stopped' : 'checking'
    case 'checking':
      return 'checking'
    case 'checked':
      return 'report'
    case 'committing':
      return 'writing'
    case 'committed':
      return 'written'
    case 'undoing':
      return 'undoing'
    case 'undone':
      return 'undone'
    case 'failed':
      return 'trouble'
  }
}

export const isMoving = (stage: Stage): boolean =>
  stage === 'checking' || stage === 'writing' || stage === 'undoing'

/** The four steps that stand above the screen: choose, check, report, done. */
export function stepOf(stage: Stage): 2 | 3 | 4 {
  if (stage === 'checking') return 2
  if (stage === 'trouble' || stage === 'report' || stage === 'stopped') return 3
  return 4
}

/** What starts again after an interruption. */
export function unfinished(run: Standing): 'check' | 'commit' | 'undo' {
  if (run.state === 'committing') return 'commit'
  return run.state === 'undoing' ? 'undo' : 'check'
}

/** Whether the file can be written now, given what its sender agrees to leave out. */
export function mayCommit(counts: { refused: number; ready: number }, skips: boolean): boolean {
  return counts.ready > 0 && (counts.refused === 0 || skips)
}

/** Notes on words that stand for no category here; what they mean can be said on the page. */
export const CATEGORY_CODES: readonly string[] = ['category_unknown', 'category_assumed']

/** Troubles that another choice of columns mends, without a new file. */
export const mendedByColumns = (code: string): boolean =>
  code === 'columns_missing' || code === 'column_absent' || code === 'member_unknown'

/** Troubles that another value in the form mends. */
export const mendedByOptions = (attr: string | null): boolean => !!attr?.startsWith('options.')
