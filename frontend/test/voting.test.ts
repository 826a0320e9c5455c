import { expect, test } from 'vitest'
import { asks, type Candidate, countsOf, persons, withVote } from '../src/round/voting'

const candidate = (id: string, votes: number | null): Candidate => ({
  id,
  name_th: id,
  name_en: '',
  code: '',
  objective: '',
  cost_baht: 300,
  first_year: 2571,
  year_baht: [100, 200, 0, 0, 0],
  villages: [
    { code: '58010101', persons: 30 },
    { code: '58010102', persons: 12 },
  ],
  voted: false,
  votes,
})

test('votes by phone and hands of meetings stand side by side and are never added up', () => {
  const tally = (village: string, hands: number) => ({
    village,
    held_on: '2026-11-22',
    people_present: 60,
    lines: [{ project: 'a', hands }],
  })
  const counts = countsOf(
    [candidate('a', 2), candidate('b', 9), candidate('c', 0), candidate('d', null)],
    [tally('58010101', 40), tally('58010102', 0)],
  )
  expect(counts.map((one) => [one.candidate.id, one.votes, one.hands, one.meetings])).toEqual([
    ['b', 9, 0, 0],
    ['a', 2, 40, 2],
  ])
})

test('a vote changes its own project and leaves the order', () => {
  const after = withVote([candidate('b', null), candidate('a', null)], 'a', true)
  expect(after.map((one) => [one.id, one.voted])).toEqual([
    ['b', false],
    ['a', true],
  ])
})

test('a candidate asks for the baht of the round’s year', () => {
  expect(asks(candidate('a', null), 2571)).toBe(100)
  expect(asks(candidate('a', null), 2572)).toBe(200)
  expect(asks(candidate('a', null), 2599)).toBe(300)
  expect(persons(candidate('a', null))).toBe(42)
})
