/** Which heading of the file stands for which of our columns. */
import type { OurColumn } from './source'

/** Our column's name → the file's heading; an empty one leaves the column out. */
export type Chosen = Readonly<Record<string, string>>

/** Headings are the same whatever their case, spaces, hyphens and underscores, as on the server. */
export function keyOf(heading: string): string {
  return heading
    .normalize('NFC')
    .replace(/[\s_-]+/g, '')
    .toLowerCase()
}

/** What would be understood by itself: the first heading that a column answers to. */
export function guess(columns: readonly OurColumn[], headings: readonly string[]): Chosen {
  const found: Record<string, string> = {}
  for (const column of columns) {
    const names = [column.name, ...column.aliases, column.th, column.en].map(keyOf)
    const heading = names
      .map((name) => headings.find((given) => keyOf(given) === name))
      .find((given) => given !== undefined)
    if (heading !== undefined) found[column.name] = heading
  }
  return found
}

/** A heading stands for one column only: choosing it takes it from another. */
export function choose(chosen: Chosen, name: string, heading: string): Chosen {
  const next: Record<string, string> = {}
  for (const [other, given] of Object.entries(chosen)) {
    next[other] = heading !== '' && given === heading ? '' : given
  }
  next[name] = heading
  return next
}

export function missing(columns: readonly OurColumn[], chosen: Chosen): OurColumn[] {
  return columns.filter((column) => column.required && !chosen[column.name])
}

export function ignored(headings: readonly string[], chosen: Chosen): string[] {
  const taken = new Set(Object.values(chosen))
  return headings.filter((heading) => !taken.has(heading))
}

/**
 * The option `columns` to send: what was asked for before, and what differs from how the file was
 * understood. What the server finds by itself is left to it.
 */
export function columnsOption(understood: Chosen, before: Chosen, chosen: Chosen): Chosen {
  const asked: Record<string, string> = { ...before }
  for (const [name, heading] of Object.entries(chosen)) {
    if ((understood[name] ?? '') !== heading) asked[name] = heading
  }
  return asked
}

/**
 * The columns to show. A file may be understood by another table than the kind's first one (one
 * column an indicator instead of one row): then what it has counts, and what it lacks is no lack.
 */
export function shownColumns(
  columns: readonly OurColumn[],
  mapped: Chosen | undefined,
): OurColumn[] {
  if (!mapped) return [...columns]
  const known = new Set(columns.map((column) => column.name))
  const others = Object.keys(mapped).filter((name) => !known.has(name))
  if (others.length === 0) return [...columns]
  const kept = columns.filter((column) => !column.required || mapped[column.name])
  const added = others.map((name) => ({
    name,
    th: name,
    en: name,
    required: false,
    aliases: [],
    example: '',
  }))
  return [...kept, ...added]
}
