import { describe, expect, test } from 'vitest'
import { addsUp, roundedToSum } from '../src/office/adding'
import { lastDayOf, untilAfter } from '../src/office/days'
import { levelInside, levelsInside, lineage, mayOpen, outlinesFor } from '../src/office/levels'
import { panelWidth } from '../src/office/panel'
import {
  cleared,
  filteredBy,
  inArea,
  isFiltered,
  isFresh,
  readScreen,
  screenQuery,
} from '../src/office/screen'
import { filterIn } from '../src/office/source'

describe('the address of the screen', () => {
  const query =
    'view=areas&list=pins&level=subdistrict&pin=01900002-7000-7000-8000-000000000002' +
    '&at=8.25,98.0030,18.9995&area=58&category=road,care&status=unmet&severity=3-5&q=น้ำ'

  test('what is read from an address is written back unchanged', () => {
    expect(decodeURIComponent(screenQuery(readScreen(query)))).toBe(query)
  })

  test('an address that this page never wrote opens on the own area', () => {
    expect(isFresh('')).toBe(true)
    expect(isFresh('category=road')).toBe(true)
    expect(isFresh(screenQuery(readScreen('')))).toBe(false)
  })

  test('unknown or broken values give a usable screen', () => {
    expect(readScreen('view=globe&list=x&level=region&pin=1&at=99,0,0&area=5&severity=9')).toEqual({
      filter: {},
      view: 'heat',
      list: 'rank',
      level: 'province',
      pin: null,
      at: null,
    })
  })

  test('entering an area shows all of it at its natural level, with the same filter', () => {
    const inside = inArea(readScreen(query), '5801')
    expect(inside.level).toBe('subdistrict')
    expect(inside.at).toBeNull()
    expect(inside.pin).toBeNull()
    expect(inside.filter).toEqual({
      area: '5801',
      category: ['road', 'care'],
      status: ['unmet'],
      severity: [3, 5],
      q: 'น้ำ',
    })
  })

  test('leaving for the whole country takes the area away', () => {
    expect(inArea(readScreen('area=58&status=open'), '').filter).toEqual({ status: ['open'] })
  })

  test('a box on the map does not follow into another area', () => {
    expect(inArea(readScreen('area=58&bbox=98,19,99,20'), '5801').filter).toEqual({ area: '5801' })
  })

  test('a part of the filter that is taken away leaves nothing behind', () => {
    const screen = filteredBy(readScreen('area=58&q=x'), { q: undefined, status: ['open'] })
    expect(screenQuery(screen)).toBe('view=heat&area=58&status=open')
  })

  test('clearing the filter keeps the area', () => {
    const screen = cleared(readScreen(query))
    expect(screen.filter).toEqual({ area: '58' })
    expect(isFiltered(screen.filter)).toBe(false)
  })
})

describe('levels', () => {
  test('a table shows the level below its area', () => {
    expect(['', '58', '5801', '580101', '58010102'].map((area) => levelsInside(area)[0])).toEqual([
      'province',
      'district',
      'subdistrict',
      'village',
      'village',
    ])
  })

  test('villages are ranked inside a district or less', () => {
    expect(levelsInside('58')).toEqual(['district', 'subdistrict'])
    expect(levelsInside('5801')).toEqual(['subdistrict', 'village'])
  })

  test('a level that does not fit the area gives way to the natural one', () => {
    expect(levelInside('5801', 'province')).toBe('subdistrict')
    expect(levelInside('5801', 'village')).toBe('village')
  })

  test('the parents of an area are its prefixes', () => {
    expect(lineage('580101')).toEqual(['58', '5801', '580101'])
    expect(lineage('')).toEqual([])
  })

  test('a village is opened as its pins and drawn inside its subdistrict', () => {
    expect(mayOpen('58010102')).toBe(false)
    expect(outlinesFor('village')).toBe('subdistrict')
  })
})

describe('parts of a score', () => {
  test('rounded parts add up to the rounded score', () => {
    const thirds = [4 / 3, 4 / 3, 4 / 3]
    const shown = roundedToSum(thirds, 4, 2)
    expect(shown).toEqual([1.34, 1.33, 1.33])
  })

  test('no part moves by a whole unit of its last digit', () => {
    const parts = [0.005, 2.3449, 17.6651, 0.0049, 3.1]
    const total = parts.reduce((a, b) => a + b, 0)
    const shown = roundedToSum(parts, total, 2)
    const moved = shown.map((part, index) => Math.abs(part - (parts[index] ?? 0)))
    expect(Math.max(...moved)).toBeLessThan(0.01)
    expect(shown.reduce((a, b) => a + b, 0)).toBeCloseTo(Math.round(total * 100) / 100, 9)
  })

  test('parts that already are round stay as they are', () => {
    expect(roundedToSum([0.1, 0.2, 0.7], 1, 2)).toEqual([0.1, 0.2, 0.7])
    expect(roundedToSum([12, 30], 42, 0)).toEqual([12, 30])
    expect(roundedToSum([], 0, 2)).toEqual([])
  })

  test('a score that its parts do not explain is noticed', () => {
    expect(addsUp([1.2, 3.4], 4.6)).toBe(true)
    expect(addsUp([1.2, 3.4], 5.6)).toBe(false)
  })
})

describe('days, boxes and panels', () => {
  test('people say the last day that counts, the address the first that does not', () => {
    expect(untilAfter('2026-12-31')).toBe('2027-01-01')
    expect(lastDayOf('2027-01-01')).toBe('2026-12-31')
    expect(lastDayOf('2028-03-01')).toBe('2028-02-29')
  })

  test('the box of the filter bounds what the map asks for', () => {
    expect(filterIn({ area: '58' }, [98, 19, 99, 20])).toEqual({
      area: '58',
      bbox: [98, 19, 99, 20],
    })
    expect(filterIn({ bbox: [98.5, 19, 100, 20] }, [98, 19, 99, 20])).toEqual({
      bbox: [98.5, 19, 99, 20],
    })
    expect(filterIn({ bbox: [100, 19, 101, 20] }, [98, 19, 99, 20])).toBeNull()
  })

  test('neither the map nor the list can be dragged away', () => {
    expect(panelWidth(20, 1440)).toBe(380)
    expect(panelWidth(5000, 1440)).toBe(1020)
    expect(panelWidth(640, 1440)).toBe(640)
  })
})
