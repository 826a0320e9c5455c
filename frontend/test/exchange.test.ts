import { describe, expect, test } from 'vitest'
import { isNothingNew, size, tally } from '../src/exchange/counts'
import { readDay } from '../src/exchange/days'
import {
  choose,
  columnsOption,
  guess,
  ignored,
  missing,
  shownColumns,
} from '../src/exchange/mapping'
import { asked } from '../src/exchange/options'
import { LONGEST_MS, nextWait, pause, SHORTEST_MS } from '../src/exchange/poll'
import type { OurColumn, RunSummary } from '../src/exchange/source'
import {
  isMoving,
  mayCommit,
  mendedByColumns,
  mendedByOptions,
  stageOf,
  stepOf,
  unfinished,
} from '../src/exchange/steps'
import { holdsExample, templateText } from '../src/exchange/template'
import { readView, type View, viewAddress } from '../src/exchange/view'

const NOW = Date.parse('2026-11-22T10:00:00+07:00')

function standing(more: Partial<RunSummary>) {
  return {
    state: 'checked' as const,
    interrupted: false,
    trouble: null,
    received_at: '2026-11-22T09:00:00+07:00',
    ...more,
  }
}

function column(name: string, more: Partial<OurColumn> = {}): OurColumn {
  return { name, th: '', en: '', required: false, aliases: [], example: '', ...more }
}

const CODE = column('code', {
  th: 'รหัสหมู่บ้าน',
  en: 'village code',
  required: true,
  aliases: ['mcode'],
})
const NAME = column('name_th', { th: 'ชื่อหมู่บ้าน', required: true, aliases: ['name'] })
const LAT = column('lat', { aliases: ['y'] })

describe('what follows from a state', () => {
  test.each([
    ['checking', 'checking'],
    ['checked', 'report'],
    ['committing', 'writing'],
    ['committed', 'written'],
    ['undoing', 'undoing'],
    ['undone', 'undone'],
    ['failed', 'trouble'],
  ] as const)('%s is shown as %s', (state, stage) => {
    expect(stageOf(standing({ state }), NOW)).toBe(stage)
  })

  test('what says that it runs while nobody works on it has stopped', () => {
    expect(stageOf(standing({ state: 'committing', interrupted: true }), NOW)).toBe('stopped')
  })

  test('a file that was received a moment ago is about to be checked, an old one never was', () => {
    const state = 'received' as const
    const moment = new Date(NOW - 2000).toISOString()
    expect(stageOf(standing({ state, received_at: moment }), NOW)).toBe('checking')
    expect(stageOf(standing({ state }), NOW)).toBe('stopped')
  })

  test('a check that broke is a trouble', () => {
    const trouble = { code: 'error', attr: null, detail: '' }
    expect(stageOf(standing({ state: 'received', trouble }), NOW)).toBe('trouble')
  })

  test('only what runs is looked at again', () => {
    expect((['checking', 'writing', 'undoing'] as const).every(isMoving)).toBe(true)
    expect((['stopped', 'trouble', 'report', 'written', 'undone'] as const).some(isMoving)).toBe(
      false,
    )
  })

  test('the steps above the screen', () => {
    expect([stepOf('checking'), stepOf('trouble'), stepOf('report'), stepOf('written')]).toEqual([
      2, 3, 3, 4,
    ])
  })

  test('after an interruption the same thing starts again', () => {
    expect(unfinished(standing({ state: 'checking' }))).toBe('check')
    expect(unfinished(standing({ state: 'committing' }))).toBe('commit')
    expect(unfinished(standing({ state: 'undoing' }))).toBe('undo')
  })

  test('refused rows hold the import up until somebody leaves them out', () => {
    expect(mayCommit({ refused: 2, ready: 5 }, false)).toBe(false)
    expect(mayCommit({ refused: 2, ready: 5 }, true)).toBe(true)
    expect(mayCommit({ refused: 0, ready: 5 }, false)).toBe(true)
    expect(mayCommit({ refused: 2, ready: 0 }, true)).toBe(false)
  })

  test('troubles that are mended on the spot', () => {
    expect(mendedByColumns('columns_missing')).toBe(true)
    expect(mendedByColumns('zip_broken')).toBe(false)
    expect(mendedByOptions('options.as_of')).toBe(true)
    expect(mendedByOptions('columns')).toBe(false)
    expect(mendedByOptions(null)).toBe(false)
  })
})

describe('how often it looks', () => {
  test('at most once a second, more seldom while nothing moves, and at once again when it does', () => {
    let wait = SHORTEST_MS
    for (let look = 0; look < 10; look += 1) wait = nextWait(wait, false)
    expect(wait).toBe(LONGEST_MS)
    expect(nextWait(wait, true)).toBe(SHORTEST_MS)
  })

  test('a pause ends when it is stopped', async () => {
    const stop = new AbortController()
    const waiting = pause(60_000, stop.signal)
    stop.abort()
    await waiting
  })
})

describe('the address', () => {
  const id = '0198c1c2-0000-7000-8000-0123456789ab'
  test.each<View>([
    { at: 'home', kind: 'villages' },
    { at: 'import', id },
    { at: 'sets' },
    { at: 'set', id: 7 },
  ])('says $at and is read back', (view) => {
    expect(readView(viewAddress(view))).toEqual(view)
  })

  test('what it does not know is the beginning', () => {
    expect(readView('?import=../../x&kind=<b>')).toEqual({ at: 'home', kind: '' })
    expect(viewAddress({ at: 'home', kind: '' })).toBe('/office/import/')
  })
})

describe('columns', () => {
  const headings = ['MCODE', 'ชื่อ หมู่บ้าน', 'Y', 'remark']

  test('are guessed by name, alias and Thai, whatever case and spaces', () => {
    expect(guess([CODE, NAME, LAT], headings)).toEqual({
      code: 'MCODE',
      name_th: 'ชื่อ หมู่บ้าน',
      lat: 'Y',
    })
  })

  test('a heading stands for one column only', () => {
    expect(choose({ code: 'MCODE', lat: 'Y' }, 'code', 'Y')).toEqual({ code: 'Y', lat: '' })
    expect(choose({ code: 'MCODE' }, 'lat', '')).toEqual({ code: 'MCODE', lat: '' })
  })

  test('what is required and not chosen is missing; what nobody chose is ignored', () => {
    const chosen = { code: 'MCODE', name_th: '' }
    expect(missing([CODE, NAME, LAT], chosen)).toEqual([NAME])
    expect(ignored(headings, chosen)).toEqual(['ชื่อ หมู่บ้าน', 'Y', 'remark'])
  })

  test('only what differs from how the file was understood is sent', () => {
    const understood = { code: 'MCODE', lat: 'Y' }
    expect(columnsOption(understood, {}, understood)).toEqual({})
    expect(columnsOption(understood, {}, { code: 'MCODE', lat: '', name_th: 'remark' })).toEqual({
      lat: '',
      name_th: 'remark',
    })
    expect(columnsOption(understood, { code: 'MCODE' }, understood)).toEqual({ code: 'MCODE' })
  })

  test('a file that was understood by another table lacks nothing of the first one', () => {
    const indicator = column('indicator', { required: true })
    const shown = shownColumns([CODE, indicator], { code: 'MCODE', travel_time_min: 'min' })
    expect(shown.map(({ name }) => name)).toEqual(['code', 'travel_time_min'])
    expect(shownColumns([CODE, indicator], undefined)).toHaveLength(2)
  })
})

describe('numbers', () => {
  test('what can be imported is what was read, less what cannot be taken or was not meant', () => {
    const counts = { rows: 10, refused: 2, left_out: 3, flagged: 1, new: 4, same: 1 }
    expect(tally(counts)).toMatchObject({ rows: 10, ready: 5, refused: 2, flagged: 1, fresh: 4 })
    expect(tally({ rows: 'x' }).rows).toBe(0)
  })

  test('nothing is new where everything is the same', () => {
    expect(isNothingNew({ new: 0, changed: 0, same: 9 })).toBe(true)
    expect(isNothingNew({ new: 1, changed: 0, same: 9 })).toBe(false)
    expect(isNothingNew({ subdistrict: 9 })).toBe(false)
  })

  test('sizes of files', () => {
    expect(size(950)).toEqual({ value: 950, unit: 'B' })
    expect(size(1_540)).toEqual({ value: 1.5, unit: 'kB' })
    expect(size(12_340_000)).toEqual({ value: 12.3, unit: 'MB' })
  })
})

describe('the empty table', () => {
  const text = templateText([CODE, column('words', { example: 'a "b", c' })], 'ตัวอย่าง')

  test('opens in a spreadsheet with its Thai whole', () => {
    expect(text.startsWith('\ufeffcode,words,example\r\n')).toBe(true)
    expect(text).toContain('"a ""b"", c",ตัวอย่าง')
  })

  test('its example is found if it was left in', () => {
    expect(holdsExample([{ code: '58010103', example: 'ตัวอย่าง' }])).toBe(true)
    expect(holdsExample([{ code: '58010103', example: '' }, { code: '58010104' }])).toBe(false)
  })
})

describe('days', () => {
  test.each([
    ['2026-11-22', '2026-11-22'],
    ['22/11/2569', '2026-11-22'],
    ['๒๒ พ.ย. ๒๕๖๙', '2026-11-22'],
    ['22 พฤศจิกายน พ.ศ. 2569', '2026-11-22'],
    ['22 Nov 2026', '2026-11-22'],
    ['30/2/2569', null],
    ['11/22/2026', null],
    ['soon', null],
  ])('%s is %s', (given, meant) => {
    expect(readDay(given)).toBe(meant)
  })
})

describe('what the form asks', () => {
  test('boundaries make a set of their own unless one was named', () => {
    const kind = { kind: 'boundaries', options: ['name', 'set', 'level'] }
    expect(asked(kind, {})).toEqual(['name'])
    expect(asked(kind, { set: 'of 2569' })).toEqual(['name', 'set'])
    expect(asked({ kind: 'villages', options: ['set', 'categories'] }, {})).toEqual(['set'])
  })
})
