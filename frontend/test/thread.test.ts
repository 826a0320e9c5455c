import { expect, test } from 'vitest'
import { bahtIn, type Solution, withSolution } from '../src/need/thread'

test('baht are read as people write them, and what is no sum is told from nothing', () => {
  expect(bahtIn('')).toBeNull()
  expect(bahtIn(' ')).toBeNull()
  expect(bahtIn('20,000')).toBe(20_000)
  expect(bahtIn('๒๐,๐๐๐')).toBe(20_000)
  for (const wrong of ['0', '-5', '1.5', 'สองหมื่น', '1e6', '9999999999999', '12345678901234']) {
    expect(bahtIn(wrong)).toBeNaN()
  }
})

const solution = (id: string, state: Solution['state']): Solution => ({
  id,
  words: '<b>วางท่อ</b>',
  cost_baht: null,
  state,
  reason: '',
  at: '2026-11-22T10:00:00+07:00',
  mine: false,
})

test('a solution is changed at its place and a new one comes last', () => {
  const thread = [solution('a', 'waiting'), solution('b', 'shown')]
  expect(withSolution(thread, solution('a', 'shown')).map((one) => one.state)).toEqual([
    'shown',
    'shown',
  ])
  expect(withSolution(thread, solution('c', 'waiting')).map((one) => one.id)).toEqual([
    'a',
    'b',
    'c',
  ])
})
