/** The table of a village meeting: its lines, how keys move in it, and what is sent. Pure. */
import type { Category, Problem } from '../api'
import type { NamedArea } from '../areas'

export const COLUMNS = ['category', 'words', 'people', 'severity', 'hands'] as const
export type Column = (typeof COLUMNS)[number]

/** One line as it was typed; `category` is a slug once one was chosen, `typed` what stands in its cell. */
export interface Row {
  readonly id: string
  readonly category: string
  readonly typed: string
  readonly words: string
  readonly people: string
  readonly severity: string
  readonly hands: string
}

export interface Draft {
  readonly id: string
  readonly village: NamedArea | null
  readonly heldOn: string
  readonly present: string
  readonly rows: readonly Row[]
  /** Hands for needs that are there already, by the pin's id. */
  readonly confirmed: Readonly<Record<string, string>>
}

export interface Cell {
  readonly row: number
  readonly column: Column
}

export interface Fault {
  readonly column: Column | null
  readonly words: string
}

export const newRow = (id: string): Row => ({
  id,
  category: '',
  typed: '',
  words: '',
  people: '',
  severity: '',
  hands: '',
})

export const isEmpty = (row: Row): boolean =>
  !row.typed.trim() && !row.words.trim() && !row.people && !row.severity && !row.hands

/** Thai digits are digits too; whatever is no digit is left out. */
export const digits = (text: string): string =>
  text.replace(/[๐-๙]/g, (sign) => String(sign.charCodeAt(0) - 0x0e50)).replace(/[^0-9]/g, '')

// Categories

type Named = Pick<Category, 'slug' | 'name_th' | 'name_en' | 'order'>

const plain = (text: string): string => text.trim().toLowerCase().replace(/\s+/g, ' ')

/**
 * The categories that what was typed may mean, best first: by number, by the beginning of a name
 * in Thai or English (or of its slug), by the beginning of one of its words, by a part of it.
 */
export function matching<T extends Named>(typed: string, categories: readonly T[]): T[] {
  const text = plain(typed)
  if (!text) return []
  const inOrder = [...categories].sort((one, other) => one.order - other.order)
  if (/^[0-9๐-๙]+$/.test(text)) {
    const wanted = digits(text)
    const exact = inOrder.filter((one) => String(one.order) === wanted)
    return [
      ...exact,
      ...inOrder.filter((one) => `${one.order}`.startsWith(wanted) && !exact.includes(one)),
    ]
  }
  const worth = (one: T): number => {
    const names = [one.name_th, one.name_en, one.slug.replace(/_/g, ' ')].map(plain)
    if (names.some((name) => name === text)) return 0
    if (names.some((name) => name.startsWith(text))) return 1
    if (names.some((name) => name.split(/[ ,]+/).some((word) => word.startsWith(text)))) return 2
    return names.some((name) => name.includes(text)) ? 3 : 4
  }
  return inOrder
    .map((one) => ({ one, worth: worth(one) }))
    .filter(({ worth: found }) => found < 4)
    .sort((a, b) => a.worth - b.worth)
    .map(({ one }) => one)
}

// Keys

export interface Press {
  readonly key: string
  readonly shift?: boolean
  readonly alt?: boolean
  readonly ctrl?: boolean
}

export type Step =
  | { do: 'go'; to: Cell }
  | { do: 'add'; to: Cell } // a new line below, then its first cell
  | { do: 'move'; by: -1 | 1 }
  | { do: 'remove' }

/** What a key means in a cell of a table with so many lines; null: the browser's own meaning. */
export function step(at: Cell, press: Press, rows: number): Step | null {
  const column = COLUMNS.indexOf(at.column)
  const { key, shift = false, alt = false, ctrl = false } = press
  if (key === 'Delete' && ctrl) return { do: 'remove' }
  if (key === 'ArrowUp' || key === 'ArrowDown') {
    const by = key === 'ArrowUp' ? -1 : 1
    if (alt) return { do: 'move', by }
    const row = at.row + by
    return row >= 0 && row < rows ? { do: 'go', to: { row, column: at.column } } : null
  }
  if (key === 'Enter' && shift) return back(at, column)
  const forward = key === 'Enter' || (key === 'Tab' && !shift && column === COLUMNS.length - 1)
  if (!forward || ctrl || alt) return null
  const next = COLUMNS[column + 1]
  if (next) return { do: 'go', to: { row: at.row, column: next } }
  const to: Cell = { row: at.row + 1, column: 'category' }
  return to.row < rows ? { do: 'go', to } : { do: 'add', to }
}

function back(at: Cell, column: number): Step | null {
  const before = COLUMNS[column - 1]
  if (before) return { do: 'go', to: { row: at.row, column: before } }
  return at.row > 0 ? { do: 'go', to: { row: at.row - 1, column: 'hands' } } : null
}

export function moved(rows: readonly Row[], from: number, by: -1 | 1): readonly Row[] {
  const to = from + by
  const [one, other] = [rows[from], rows[to]]
  if (!one || !other) return rows
  return rows.map((row, index) => (index === from ? other : index === to ? one : row))
}

/** At least one line stays to type in. */
export function without(rows: readonly Row[], at: number, id: string): readonly Row[] {
  const left = rows.filter((_, index) => index !== at)
  return left.length ? left : [newRow(id)]
}

// Sending

const whole = (text: string): number | null => (text === '' ? null : Number(text))

export interface Body {
  readonly village: string
  readonly held_on: string
  readonly people_present: number | null
  readonly needs: readonly {
    readonly id: string
    readonly category: string
    readonly severity: number
    readonly words: string
    readonly people: number | null
    readonly hands: number | null
  }[]
  readonly confirmed: readonly { readonly id: string; readonly hands: number }[]
}

export function toBody(draft: Draft): Body {
  return {
    village: draft.village?.code ?? '',
    held_on: draft.heldOn,
    people_present: whole(draft.present),
    needs: draft.rows
      .filter((row) => !isEmpty(row))
      .map(({ id, category, severity, words, people, hands }) => ({
        id,
        category,
        severity: Number(severity),
        words: words.trim(),
        people: whole(people),
        hands: whole(hands),
      })),
    confirmed: Object.entries(draft.confirmed)
      .filter(([, hands]) => hands !== '')
      .map(([id, hands]) => ({ id, hands: Number(hands) })),
  }
}

/** What this page sees before it sends: a line needs a category and a severity. */
export function missing(row: Row): Column | null {
  if (isEmpty(row)) return null
  if (!row.category) return 'category'
  return /^[1-5]$/.test(row.severity) ? null : 'severity'
}

/** The server's refusals by the id of the line; what concerns no line stays under ''. */
export function faultsOf(problems: readonly Problem[], body: Body): Map<string, Fault[]> {
  const found = new Map<string, Fault[]>()
  for (const { attr, detail } of problems) {
    const place = /^(needs|confirmed)\[(\d+)\](?:\.(\w+))?/.exec(attr ?? '')
    const lines = place?.[1] === 'needs' ? body.needs : body.confirmed
    const id = place ? (lines[Number(place[2])]?.id ?? '') : ''
    const column = COLUMNS.find((name) => name === place?.[3]) ?? null
    found.set(id, [...(found.get(id) ?? []), { column, words: detail }])
  }
  return found
}

/**
 * After a lost answer and further typing: what the server has is taken out, the rest goes on under
 * another id. Nothing is sent twice and nothing is lost.
 */
export function remainder(draft: Draft, received: readonly string[], id: string): Draft {
  const there = new Set(received)
  const rows = draft.rows.filter((row) => !there.has(row.id))
  const confirmed = Object.fromEntries(
    Object.entries(draft.confirmed).filter(([pin]) => !there.has(pin)),
  )
  return { ...draft, id, rows, confirmed }
}
