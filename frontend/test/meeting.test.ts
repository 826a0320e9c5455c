import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { categoryGlyph } from '../src/icons/categories'
import { dropDraft, keepDraft, readDraft } from '../src/meeting/keep'
import {
  COLUMNS,
  type Draft,
  digits,
  faultsOf,
  isEmpty,
  matching,
  missing,
  moved,
  newRow,
  type Row,
  remainder,
  step,
  toBody,
  without,
} from '../src/meeting/table'

const mapping = join(import.meta.dirname, '../../mapping')
interface Known {
  slug: string
  name_th: string
  name_en: string
  order: number
}
const categories: Known[] = JSON.parse(
  readFileSync(join(mapping, 'categories.json'), 'utf8'),
).categories.map((one: Known & { position: number }) => ({ ...one, order: one.position }))
const first = (typed: string) => matching(typed, categories)[0]?.slug

const A = '0190a000-0000-7000-8000-00000000000a'
const B = '0190a000-0000-7000-8000-00000000000b'
const C = '0190a000-0000-7000-8000-00000000000c'
const row = (id: string, more: Partial<Row> = {}): Row => ({ ...newRow(id), ...more })
const full = (id: string): Row =>
  row(id, { category: 'road', typed: 'ถนน', severity: '4', words: ' สะพาน ', people: '20' })
const draft = (more: Partial<Draft> = {}): Draft => ({
  id: A,
  village: { code: '58010101', name_th: 'ห้วยเดื่อ', name_en: 'Huai Duea' },
  heldOn: '2026-11-22',
  present: '60',
  rows: [full(A), row(B), full(C)],
  confirmed: {},
  ...more,
})

describe('a category is found by', () => {
  test.each([
    ['1', 'water_supply'],
    ['๔', 'road'],
    ['21', 'other'],
    ['ถนน', 'road'],
    ['ไฟท', 'street_light'],
    ['สะพาน', 'road'],
    ['roa', 'road'],
    ['ROA', 'road'],
    ['bridges', 'road'],
    ['ขยะ', 'waste'],
    ['rubb', 'waste'],
    ['signal', 'signal'],
    ['street l', 'street_light'],
  ])('“%s”', (typed, slug) => expect(first(typed)).toBe(slug))

  test('nothing where nothing fits', () => {
    expect(matching('zzz', categories)).toEqual([])
    expect(matching('  ', categories)).toEqual([])
    expect(matching('99', categories)).toEqual([])
  })

  test('a number is itself before it is the beginning of others', () => {
    expect(matching('2', categories).map((one) => one.order)).toEqual([2, 20, 21])
  })

  test('every category is reached by its own names', () => {
    for (const one of categories) {
      expect(first(one.name_th)).toBe(one.slug)
      expect(first(one.name_en)).toBe(one.slug)
    }
  })
})

describe('keys', () => {
  const at = (column: (typeof COLUMNS)[number], line = 1) => ({ row: line, column })

  test('Enter goes through the cells of a line and on to the next one', () => {
    let cell = at('category', 0)
    const seen = [cell.column as string]
    for (let i = 0; i < 5; i++) {
      const next = step(cell, { key: 'Enter' }, 3)
      if (next?.do !== 'go') throw new Error('stopped')
      cell = next.to
      seen.push(`${cell.column}`)
    }
    expect(seen).toEqual([...COLUMNS, 'category'])
    expect(cell.row).toBe(1)
  })

  test('Enter and Tab in the last cell open a new line', () => {
    for (const key of ['Enter', 'Tab']) {
      expect(step(at('hands', 2), { key }, 3)).toEqual({ do: 'add', to: at('category', 3) })
    }
  })

  test('Tab elsewhere is left to the browser, and so is Shift with Tab', () => {
    expect(step(at('words'), { key: 'Tab' }, 3)).toBeNull()
    expect(step(at('hands'), { key: 'Tab', shift: true }, 3)).toBeNull()
  })

  test('Shift with Enter goes back', () => {
    expect(step(at('words'), { key: 'Enter', shift: true }, 3)).toEqual({
      do: 'go',
      to: at('category'),
    })
    expect(step(at('category'), { key: 'Enter', shift: true }, 3)).toEqual({
      do: 'go',
      to: at('hands', 0),
    })
    expect(step(at('category', 0), { key: 'Enter', shift: true }, 3)).toBeNull()
  })

  test('arrows change the line and stop at the ends', () => {
    expect(step(at('people'), { key: 'ArrowDown' }, 3)).toEqual({ do: 'go', to: at('people', 2) })
    expect(step(at('people', 0), { key: 'ArrowUp' }, 3)).toBeNull()
    expect(step(at('people', 2), { key: 'ArrowDown' }, 3)).toBeNull()
  })

  test('Alt with an arrow moves the line, Ctrl with Delete removes it, letters are letters', () => {
    expect(step(at('words'), { key: 'ArrowUp', alt: true }, 3)).toEqual({ do: 'move', by: -1 })
    expect(step(at('words'), { key: 'Delete', ctrl: true }, 3)).toEqual({ do: 'remove' })
    for (const key of ['a', 'ก', 'Delete', 'ArrowLeft', 'Home']) {
      expect(step(at('words'), { key }, 3)).toBeNull()
    }
  })
})

describe('lines', () => {
  test('are moved and removed, and one always stays', () => {
    const rows = [row(A), row(B), row(C)]
    expect(moved(rows, 0, 1).map(({ id }) => id)).toEqual([B, A, C])
    expect(moved(rows, 0, -1)).toBe(rows)
    expect(without(rows, 1, 'x').map(({ id }) => id)).toEqual([A, C])
    expect(without([row(A)], 0, B)).toEqual([newRow(B)])
  })

  test('say what they lack; an empty one lacks nothing', () => {
    expect(missing(row(A))).toBeNull()
    expect(missing(row(A, { words: 'x' }))).toBe('category')
    expect(missing(row(A, { category: 'road', typed: 'ถนน' }))).toBe('severity')
    expect(missing(row(A, { category: 'road', typed: 'ถนน', severity: '6' }))).toBe('severity')
    expect(missing(full(A))).toBeNull()
    expect(isEmpty(row(A, { typed: '  ' }))).toBe(true)
  })

  test('take Thai digits for numbers', () => expect(digits('๑2 ๓x')).toBe('123'))
})

describe('sending', () => {
  test('leaves empty lines and empty hands out', () => {
    const body = toBody(draft({ confirmed: { p: '', q: '0', r: '12' } }))
    expect(body.needs.map(({ id }) => id)).toEqual([A, C])
    expect(body.needs[0]).toEqual({
      id: A,
      category: 'road',
      severity: 4,
      words: 'สะพาน',
      people: 20,
      hands: null,
    })
    expect(body.confirmed).toEqual([
      { id: 'q', hands: 0 },
      { id: 'r', hands: 12 },
    ])
    expect(body).toMatchObject({ village: '58010101', held_on: '2026-11-22', people_present: 60 })
  })

  test('a refusal finds its line although empty lines were left out', () => {
    const problem = (attr: string | null, detail: string) => ({ code: 'x', attr, detail })
    const body = toBody(draft({ confirmed: { p: '1' } }))
    const found = faultsOf(
      [
        problem('needs[1].severity', 'one to five'),
        problem('confirmed[0].id', 'gone'),
        problem('held_on', 'tomorrow'),
        problem('needs[7]', 'nowhere'),
        problem(null, 'no'),
      ],
      body,
    )
    expect(found.get(C)).toEqual([{ column: 'severity', words: 'one to five' }])
    expect(found.get('p')).toEqual([{ column: null, words: 'gone' }])
    expect(found.get('')?.map(({ words }) => words)).toEqual(['tomorrow', 'nowhere', 'no'])
  })

  test('after a lost answer only what has not arrived stays, under another id', () => {
    const left = remainder(draft({ confirmed: { p: '1', q: '2' } }), [A, 'p'], 'new')
    expect(left.id).toBe('new')
    expect(left.rows.map(({ id }) => id)).toEqual([B, C])
    expect(left.confirmed).toEqual({ q: '2' })
  })
})

describe('keeping', () => {
  beforeEach(() => localStorage.clear())

  test('what was typed is there again after a reload, to the letter', () => {
    const typed = draft({ confirmed: { p: '7' } })
    expect(keepDraft(typed)).toBe(true)
    expect(readDraft()).toEqual(typed)
    dropDraft()
    expect(readDraft()).toBeNull()
  })

  test.each(['', '{', 'null', '[]', '{"id":"x"}'])(
    'what cannot be read (%s) is no draft',
    (text) => {
      localStorage.setItem('meemap.meeting', text)
      expect(readDraft()).toBeNull()
    },
  )
})

test('the printed sheet has the pictograms of the screens', () => {
  const printed = JSON.parse(readFileSync(join(mapping, 'pictograms.json'), 'utf8'))
  for (const { slug } of categories) expect(printed[slug]).toEqual(categoryGlyph(slug))
})
