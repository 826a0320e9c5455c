import { expect, test } from 'vitest'
import { codeIn, filled, nextOf, type Part, type VillageBudget } from '../src/village/source'

const part = (points: number | null, most: number): Part => ({
  key: 'need',
  name_th: 'ความต้องการ',
  name_en: 'need',
  weight: 45,
  most,
  points,
  value: 3,
  low: 0,
  high: 100,
  missing: points === null,
})

test('the code of a village is read from the address, and nothing else is', () => {
  expect(codeIn('/village/58010101')).toBe('58010101')
  expect(codeIn('/village/580101123')).toBe('580101123')
  for (const path of [
    '/village/5801',
    '/village/58010101/x',
    '/village/๕๘๐๑๐๑๐๑',
    '/',
    '/village/',
  ]) {
    expect(codeIn(path)).toBe('')
  }
})

test('a bar fills as much as the part has of what it can reach, and never leaves its frame', () => {
  expect(filled(part(30, 60))).toBe(50)
  expect(filled(part(70, 60))).toBe(100)
  expect(filled(part(-1, 60))).toBe(0)
  expect(filled(part(null, 0))).toBe(0)
  expect(filled(part(0, 0))).toBe(0)
})

const village = (asked: number, ...answers: string[]) =>
  ({
    needs: { waiting: asked, answered: 0, done: 0, closed: 0, categories: [], open: [] },
    rounds: answers.map((answer) => ({ answer })),
  }) as unknown as VillageBudget

test('what to do next follows from what was asked and from the newest round', () => {
  expect(nextOf(village(0))).toBe('report')
  expect(nextOf(village(0, 'no_project'))).toBe('report')
  expect(nextOf(village(3, 'no_project', 'all_funded'))).toBe('propose')
  expect(nextOf(village(3, 'silent'))).toBe('propose')
  expect(nextOf(village(3, 'on_reserve'))).toBe('wait')
  expect(nextOf(village(3))).toBe('wait')
})
