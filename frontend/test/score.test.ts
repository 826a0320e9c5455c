import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Criterion, type Place, rank, shareOut } from '../src/budget/score'

interface Case {
  criteria: Criterion[]
  places: Place[]
  ranked: {
    code: string
    score: number | null
    rank: number
    silent: boolean
    parts: Record<string, number>
    missing: string[]
  }[]
}
const cases: Case[] = JSON.parse(readFileSync(join(import.meta.dirname, 'score.json'), 'utf8'))

describe('the ranking on the screen', () => {
  test.each(cases.map((one, at) => [at, one] as const))('is the server’s own (%i)', (_, given) => {
    const found = rank(given.places, given.criteria)
    expect(found.map(({ code, rank, silent }) => [code, rank, silent])).toEqual(
      given.ranked.map(({ code, rank, silent }) => [code, rank, silent]),
    )
    found.forEach((one, at) => {
      const said = given.ranked[at]
      if (said?.score == null) expect(one.score).toBeNull()
      else expect(one.score).toBeCloseTo(said.score, 5)
      given.criteria.forEach(({ key }, k) => {
        expect(one.parts[k]).toBeCloseTo(said?.parts[key] ?? 0, 5)
        expect(one.missing[k]).toBe(said?.missing.includes(key))
      })
    })
  })

  test('has places to compare, silent and unknown ones among them', () => {
    const all = cases.flatMap((one) => one.ranked)
    expect(all.length).toBeGreaterThan(100)
    expect(all.some((one) => one.silent)).toBe(true)
    expect(all.some((one) => one.score === null)).toBe(true)
    expect(all.some((one) => one.missing.length > 0)).toBe(true)
  })
})

describe('sharing out 100 points', () => {
  test('keeps the others in proportion', () => {
    expect(shareOut([45, 25, 15, 15], 0, 20)).toEqual([20, 36, 22, 22])
    expect(shareOut([100, 0, 0], 0, 40)).toEqual([40, 30, 30])
    expect(shareOut([100], 0, 3)).toEqual([100])
  })

  test('always gives whole points that make 100, and the one that was set', () => {
    let seed = 1
    const upTo = (most: number) => {
      seed = (seed * 48271) % 2147483647
      return seed % (most + 1)
    }
    for (let tries = 0; tries < 2000; tries++) {
      const given = Array.from({ length: 2 + upTo(5) }, () => upTo(1) * upTo(100))
      const at = upTo(given.length - 1)
      const to = upTo(100)
      const found = shareOut(given, at, to)
      expect(found.reduce((sum, one) => sum + one, 0)).toBe(100)
      expect(found[at]).toBe(to)
      expect(found.every((one) => Number.isInteger(one) && one >= 0)).toBe(true)
    }
  })
})
