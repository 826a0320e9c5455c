import { expect, test } from 'vitest'
import { figuresOf } from '../src/landing/figures'

const area = (pins: number, unmet: number, villages_reporting: number | null) => ({
  code: '58',
  name_th: '',
  name_en: '',
  rank: 1,
  score: 1,
  population: 1,
  pins,
  unmet,
  weighted: 1,
  villages_reporting,
  parts: [],
})

test('the figures of the country are the sums of its provinces', () => {
  expect(figuresOf({ results: [area(8, 5, 2), area(4, 3, 1)] })).toEqual({
    pins: 12,
    unmet: 8,
    villages: 3,
  })
})

test('a country where nobody has pinned anything shows no zeros', () => {
  expect(figuresOf({ results: [area(0, 0, 0)] })).toBeNull()
})

test('a number that nobody counted is not shown as zero', () => {
  expect(figuresOf({ results: [area(8, 5, null)] })?.villages).toBeNull()
})
