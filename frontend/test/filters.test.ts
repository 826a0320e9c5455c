import { describe, expect, test } from 'vitest'
import { filterQuery, isEmpty, readFilter, withFilter } from '../src/filters'

describe('the filter in an address', () => {
  test('every name is read and written the same way', () => {
    const query =
      'bbox=97.3,18.1,98.6,19.9&area=5801&category=road,flood&status=unmet&severity=3-5&since=2026-01-01&until=2026-10-01&q=สะพาน'
    expect(decodeURIComponent(filterQuery(readFilter(query)))).toBe(query)
  })

  test('a page ignores names that it does not know', () => {
    expect(readFilter('area=58&utm_source=line&openExternalBrowser=1')).toEqual({ area: '58' })
  })

  test.each([
    'bbox=1,2,3',
    'bbox=98,18,97,19',
    'bbox=97,18,98,91',
    'bbox=,18,98,19',
    'area=580',
    'area=จังหวัด',
    'category=ROAD',
    'severity=0',
    'severity=5-3',
    'since=2026-02-30',
    'since=22/11/2569',
    'q=%20%20',
  ])('a value that means nothing is left out: %s', (query) => {
    expect(readFilter(query)).toEqual({})
  })

  test('one grade of severity is written without a range', () => {
    expect(readFilter('severity=4').severity).toEqual([4, 4])
    expect(filterQuery({ severity: [4, 4] })).toBe('severity=4')
  })

  test('a word counts once and Thai is put into one form', () => {
    expect(readFilter('category=road,road').category).toEqual(['road'])
    expect(readFilter(new URLSearchParams({ q: 'ก\u0e4d\u0e32' })).q).toBe(
      'ก\u0e4d\u0e32'.normalize('NFC'),
    )
  })

  test('the box is written to the metre, so one screen has one address', () => {
    expect(filterQuery({ bbox: [97.123456789, 18.1, 98, 19] })).toBe('bbox=97.12346,18.1,98,19')
  })

  test('the rest of the address is kept when the filter changes', () => {
    expect(withFilter('?lang=en&area=58&q=x&sort=name', { area: '5801' })).toBe(
      'lang=en&sort=name&area=5801',
    )
  })

  test('a filter with nothing in it is empty', () => {
    expect(isEmpty(readFilter('lang=en'))).toBe(true)
    expect(isEmpty({ area: '58' })).toBe(false)
  })
})
