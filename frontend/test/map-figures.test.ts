import { describe, expect, test } from 'vitest'
import {
  areaKm2,
  boxToAsk,
  type Cell,
  cellAt,
  cellBox,
  cellSizeDeg,
  densityPer100Km2,
  gridForZoom,
  indexCells,
} from '../src/map/cells'
import { BOUNDS, barShare, classOf, rangeOf, shadeOfArea, shadeOfCell } from '../src/map/classes'
import { bubblePx, shortCount } from '../src/map/crowds'
import { metresPerPixel, roundDistance } from '../src/map/scale'

describe('classes of need', () => {
  test('a value on a bound belongs to the class above it', () => {
    expect([0.5, 3, 9.9, 10, 30, 100, 1e6].map((score) => classOf(score, 'score'))).toEqual([
      1, 2, 2, 3, 4, 5, 5,
    ])
  })

  test('every measure has at most five classes with rising bounds', () => {
    for (const bounds of Object.values(BOUNDS)) {
      expect(bounds).toHaveLength(4)
      expect([...bounds].sort((a, b) => a - b)).toEqual(bounds)
    }
  })

  test('the ranges of neighbouring classes meet', () => {
    expect(rangeOf(1, 'score')).toEqual([null, 3])
    expect(rangeOf(2, 'score')).toEqual([3, 10])
    expect(rangeOf(5, 'score')).toEqual([100, null])
  })

  test('an area without a report is silent, not an area without need', () => {
    expect(shadeOfArea({ pins: 0, unmet: 0, score: 0 }, 'score')).toEqual({ kind: 'silent' })
  })

  test('an area whose needs are all met is not silent', () => {
    expect(shadeOfArea({ pins: 4, unmet: 0, score: 0 }, 'score')).toEqual({ kind: 'met' })
  })

  test('an area without a population has no class', () => {
    expect(shadeOfArea({ pins: 4, unmet: 4, score: null }, 'score')).toEqual({ kind: 'unknown' })
  })

  test('an area with two unmet pins is marked as little data', () => {
    expect(shadeOfArea({ pins: 9, unmet: 2, score: 42 }, 'score')).toEqual({
      kind: 'need',
      need: 4,
      little: true,
    })
  })

  test('a cell whose needs are all met is not painted as need', () => {
    expect(shadeOfCell(5, 0)).toEqual({ kind: 'met' })
  })

  test('a bar grows with the score, shows the smallest and never leaves its frame', () => {
    const shares = [0.1, 1, 5, 50, 5000].map((score) => barShare(score, 'score'))
    expect([...shares].sort((a, b) => a - b)).toEqual(shares)
    expect(Math.min(...shares)).toBeGreaterThan(0)
    expect(Math.max(...shares)).toBe(1)
    expect(barShare(0, 'score')).toBe(0)
  })
})

describe('heat cells', () => {
  const cell: Cell = [97.92, 19.28, 6, 40]

  test('the grid doubles with every zoom below eleven and stays above', () => {
    expect([14, 11, 10, 9, 6].map(cellSizeDeg)).toEqual([0.02, 0.02, 0.04, 0.08, 0.64])
    expect([5.6, 10.4, 13].map(gridForZoom)).toEqual([6, 10, 11])
  })

  test('a square of one degree on the equator has 12,364 square kilometres', () => {
    expect(areaKm2([100, 0, 101, 1])).toBeCloseTo(12363.7, 0)
  })

  test('the same need in a cell of half the side is four times as dense', () => {
    const ratio = densityPer100Km2(cell, 0.02) / densityPer100Km2(cell, 0.04)
    expect(ratio).toBeGreaterThan(3.99)
    expect(ratio).toBeLessThan(4.01)
  })

  test('the cell under the pointer is found by its grid, whatever the rounding of its corner', () => {
    const index = indexCells([cell], 0.02)
    expect(cellAt(index, 0.02, { lng: 97.9301, lat: 19.2999 })).toBe(cell)
    expect(cellAt(index, 0.02, { lng: 97.9401, lat: 19.2999 })).toBeUndefined()
    expect(cellBox(cell, 0.02)[2]).toBeCloseTo(97.94, 9)
  })

  test('a small move of the map asks for the same box again', () => {
    const here = boxToAsk([97.91, 19.21, 98.3, 19.5], 0.02)
    const moved = boxToAsk([97.9, 19.22, 98.31, 19.51], 0.02)
    expect(moved).toEqual(here)
    expect(here).toEqual([97.76, 19.2, 98.4, 19.52])
  })
})

describe('bubbles and the scale bar', () => {
  test('a bubble grows with its count but never hides the map', () => {
    expect(bubblePx(2)).toBeLessThan(bubblePx(50))
    expect(bubblePx(1_000_000)).toBeLessThanOrEqual(60)
  })

  test('a large count is cut, never rounded up', () => {
    expect([7, 999, 1250, 1999, 15_900].map((count) => shortCount(count, 'k'))).toEqual([
      '7',
      '999',
      '1.2k',
      '1.9k',
      '15k',
    ])
  })

  test('the scale bar has a round length that fits', () => {
    const mPerPx = metresPerPixel(19.3, 10)
    const { metres, px } = roundDistance(96, mPerPx)
    expect(metres).toBe(10_000)
    expect(px).toBeLessThanOrEqual(96)
    expect(px * mPerPx).toBeCloseTo(metres, 3)
  })
})
