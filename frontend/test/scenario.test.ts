import { expect, test } from 'vitest'
import { compare, totals } from '../src/budget/scenario'

const outcome = (project: string, funded: boolean) => ({
  project,
  funded,
  order: 0,
  reserve_place: 0,
  missing_baht: 0,
  sentence_th: '',
  sentence_en: '',
})
const figures = (rule: string, benefit: number) => ({
  rule,
  projects: [],
  spent_baht: 0,
  benefit,
  villages_served: 3,
  villages: 9,
  gini: 0.4,
  overlap: 1,
})
const frozen = {
  projects: [outcome('a', true), outcome('b', true), outcome('c', false)],
  rules: [figures('equal_shares', 70), figures('greedy', 90)],
  pots: [
    { baht: 100, spent_baht: 80, left_baht: 20 },
    { baht: 50, spent_baht: 50, left_baht: 0 },
  ],
}

test('two results say what only one of them funds', () => {
  const other = {
    ...frozen,
    projects: [outcome('a', true), outcome('b', false), outcome('c', true)],
  }
  expect(compare(frozen, other)).toEqual({ gained: ['c'], lost: ['b'] })
  expect(compare(frozen, frozen)).toEqual({ gained: [], lost: [] })
})

test('figures are those of the rule that decided, over all pots', () => {
  expect(totals(frozen, 'equal_shares')).toEqual({
    projects: 2,
    spent: 130,
    villages: 3,
    benefit: 70,
    gini: 0.4,
  })
  expect(totals(frozen, 'greedy').benefit).toBe(90)
})
