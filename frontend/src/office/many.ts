// Ticks, results of an act on many, the order of a shortlist, and what a key means. Pure.

import type { Done } from '../life/source'
import { type Paper, papersOf, stepsFrom } from '../life/steps'
import type { Status } from '../words'

/** Of one act and of a shortlist, as the server holds it. */
export const MOST = 200

/** Ticked or not; what is full stays as it is. */
export function toggled(ticked: readonly string[], id: string): readonly string[] {
  if (ticked.includes(id)) return ticked.filter((one) => one !== id)
  return ticked.length < MOST ? [...ticked, id] : ticked
}

/** Every shown one, up to the most; none where all of them were. */
export function toggledAll(ticked: readonly string[], shown: readonly string[]): readonly string[] {
  const all = shown.slice(0, MOST)
  return all.every((id) => ticked.includes(id)) ? [] : all
}

/** Behind what is listed already, each once. */
export function withMore(listed: readonly string[], more: readonly string[]): readonly string[] {
  return [...listed, ...more.filter((id) => !listed.includes(id))]
}

/** One place up (-1) or down (1); at an end nothing moves. */
export function moved<T>(list: readonly T[], at: number, by: -1 | 1): readonly T[] {
  const to = at + by
  const [one, other] = [list[at], list[to]]
  if (one === undefined || other === undefined) return list
  return list.map((kept, index) => (index === at ? other : index === to ? one : kept))
}

/** The steps that at least one of these may take; `done` needs a photo of each and is not among them. */
export function stepsOfMany(statuses: readonly string[]): Status[] {
  const found = new Set(statuses.flatMap(stepsFrom))
  found.delete('done')
  return [...found]
}

export function papersOfMany(statuses: readonly string[], to: Status): Paper[] {
  const able = statuses.filter((status) => stepsFrom(status).includes(to))
  return [...new Set(able.flatMap((status) => papersOf(status, to)))]
}

export interface Outcome {
  readonly done: number
  /** By which all of it is undone. */
  readonly entries: readonly number[]
  /** Why some were refused, each reason once. */
  readonly refused: readonly { readonly why: string; readonly numbers: readonly number[] }[]
}

/** `numbers` are those of the needs, in the order in which they were asked for. */
export function outcomeOf(results: readonly Done[], numbers: readonly number[]): Outcome {
  const why = new Map<string, number[]>()
  for (const [index, { code, detail }] of results.entries()) {
    if (!code) continue
    const reason = detail ?? code
    why.set(reason, [...(why.get(reason) ?? []), numbers[index] ?? 0])
  }
  return {
    done: results.filter(({ code }) => !code).length,
    entries: results.flatMap(({ code, entry }) => (code || entry === null ? [] : [entry])),
    refused: [...why].map(([reason, of]) => ({ why: reason, numbers: of })),
  }
}

export type KeyAct = 'next' | 'previous' | 'tick' | 'answer' | 'shortlist' | 'undo' | 'keys'

const KEYS: Readonly<Record<string, KeyAct>> = {
  KeyJ: 'next',
  KeyK: 'previous',
  KeyX: 'tick',
  KeyA: 'answer',
  KeyS: 'shortlist',
  KeyU: 'undo',
}

/**
 * What a key means in the list. By its place on the keyboard, since the same key is another
 * letter when the keyboard is set to Thai; arrows only on a row, elsewhere they scroll.
 */
export function keyAct(
  event: Pick<KeyboardEvent, 'code' | 'key' | 'shiftKey' | 'ctrlKey' | 'altKey' | 'metaKey'>,
  focus: 'field' | 'row' | 'elsewhere',
): KeyAct | null {
  if (focus === 'field' || event.ctrlKey || event.altKey || event.metaKey) return null
  if (event.key === '?' || (event.code === 'Slash' && event.shiftKey)) return 'keys'
  if (event.shiftKey) return null
  if (focus === 'row' && event.key === 'ArrowDown') return 'next'
  if (focus === 'row' && event.key === 'ArrowUp') return 'previous'
  return KEYS[event.code] ?? null
}
