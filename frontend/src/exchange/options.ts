/** What the form asks about a file. */
import type { Kind } from './source'

// Words are mapped in a table of their own; the level is read from the file.
const ELSEWHERE = ['categories', 'level']

/**
 * The options to ask for. A file of boundaries makes a set of its own: it is held against another
 * only if somebody named one, when the check found districts or provinces in it.
 */
export function asked(
  kind: Pick<Kind, 'kind' | 'options'>,
  given: Readonly<Record<string, unknown>>,
): string[] {
  const named = typeof given.set === 'string' && given.set !== ''
  return kind.options.filter(
    (name) =>
      !ELSEWHERE.includes(name) && !(kind.kind === 'boundaries' && name === 'set' && !named),
  )
}
