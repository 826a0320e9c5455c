/**
 * Counts the changes of language. Whatever reads it inside a component is drawn again after one.
 * (Svelte's createSubscriber would do the same and bring its maps, sets and dates along.)
 */
let changes = $state(0)

export const languageChanges = (): number => changes

export function languageChanged(): void {
  changes += 1
}
