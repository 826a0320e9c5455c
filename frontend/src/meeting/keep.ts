/** The table as it was typed, kept in this browser until the server has said that it has it. */
import * as v from 'valibot'
import type { Draft } from './table'

const KEY = 'meemap.meeting'

const RowSchema = v.object({
  id: v.pipe(v.string(), v.uuid()),
  category: v.string(),
  typed: v.string(),
  words: v.string(),
  people: v.string(),
  severity: v.string(),
  hands: v.string(),
})
const DraftSchema: v.GenericSchema<unknown, Draft> = v.object({
  id: v.pipe(v.string(), v.uuid()),
  village: v.nullable(v.object({ code: v.string(), name_th: v.string(), name_en: v.string() })),
  heldOn: v.string(),
  present: v.string(),
  rows: v.array(RowSchema),
  confirmed: v.record(v.string(), v.string()),
})

export function readDraft(): Draft | null {
  try {
    const parsed = v.safeParse(DraftSchema, JSON.parse(localStorage.getItem(KEY) ?? 'null'))
    return parsed.success ? parsed.output : null
  } catch {
    return null
  }
}

/** Whether it is kept: a private window may refuse. */
export function keepDraft(draft: Draft): boolean {
  try {
    localStorage.setItem(KEY, JSON.stringify(draft))
    return true
  } catch {
    return false
  }
}

export function dropDraft(): void {
  try {
    localStorage.removeItem(KEY)
  } catch {
    return
  }
}
