import { describe, expect, test } from 'vitest'
import { plainText } from '../src/map/dom'
import { labelsThatFit, widthOf } from '../src/map/labels'
import { Latest } from '../src/map/latest'
import {
  boxAround,
  boxOf,
  contains,
  type Geometry,
  grown,
  labelPlace,
  shared,
} from '../src/map/place'

const SQUARE: Geometry = {
  type: 'Polygon',
  coordinates: [
    [
      [98, 19],
      [99, 19],
      [99, 20],
      [98, 20],
      [98, 19],
    ],
  ],
}

/** Open to the north, like the valley between two ridges. */
const HORSESHOE: Geometry = {
  type: 'Polygon',
  coordinates: [
    [
      [0, 0],
      [10, 0],
      [10, 10],
      [9, 10],
      [9, 1],
      [1, 1],
      [1, 10],
      [0, 10],
      [0, 0],
    ],
  ],
}

describe('where a name stands', () => {
  test('a square carries its name in the middle', () => {
    expect(labelPlace(SQUARE)).toEqual({ lng: 98.5, lat: 19.5 })
  })

  test('a horseshoe carries its name on its own land', () => {
    const at = labelPlace(HORSESHOE)
    expect(at && (at.lng <= 1 || at.lng >= 9 || at.lat <= 1)).toBe(true)
  })

  test('of several parts the largest carries the name', () => {
    const islands: Geometry = {
      type: 'MultiPolygon',
      coordinates: [
        [
          [
            [97, 8],
            [97.1, 8],
            [97.1, 8.1],
            [97, 8],
          ],
        ],
        SQUARE.coordinates,
      ],
    }
    expect(labelPlace(islands)).toEqual({ lng: 98.5, lat: 19.5 })
  })

  test('of two names that would touch the first one stays', () => {
    const name = { width: 60, height: 20, y: 100 }
    const shown = labelsThatFit([
      { ...name, x: 100 },
      { ...name, x: 140 },
      { ...name, x: 200 },
    ])
    expect([...shown]).toEqual([0, 2])
  })

  test('marks above and below a Thai letter take no width', () => {
    expect(widthOf('กี่', 13)).toBe(widthOf('ก', 13))
  })
})

describe('boxes', () => {
  test('the box of a shape and of two shapes holds all of them', () => {
    expect(boxOf(SQUARE)).toEqual([98, 19, 99, 20])
    expect(
      boxAround([
        [98, 19, 99, 20],
        [97, 18, 98, 21],
      ]),
    ).toEqual([97, 18, 99, 21])
    expect(boxAround([])).toBeNull()
  })

  test('two boxes that only touch share nothing', () => {
    expect(shared([98, 19, 99, 20], [98.5, 19.5, 100, 21])).toEqual([98.5, 19.5, 99, 20])
    expect(shared([98, 19, 99, 20], [99, 19, 100, 20])).toBeNull()
  })

  test('a box grown by a tenth holds what lay just outside', () => {
    const place = { lng: 99.05, lat: 19.5 }
    expect(contains([98, 19, 99, 20], place)).toBe(false)
    expect(contains(grown([98, 19, 99, 20], 0.1), place)).toBe(true)
  })
})

describe('what a provider of tiles writes', () => {
  test('an attribution is shown as words, never as markup', () => {
    expect(plainText('&copy; <a href="https://example.org">OpenStreetMap</a> contributors')).toBe(
      '© OpenStreetMap contributors',
    )
  })
})

describe('requests', () => {
  test('a newer question cancels the one under way', async () => {
    const latest = new Latest()
    let stopped = false
    const first = latest.ask(
      (signal) =>
        new Promise<string>((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            stopped = true
            reject(new DOMException('stopped', 'AbortError'))
          })
        }),
    )
    const second = latest.ask(async () => 'new')
    expect(await first).toBeUndefined()
    expect(await second).toBe('new')
    expect(stopped).toBe(true)
  })

  test('a failure of the present question is told, one of a former question is not', async () => {
    const latest = new Latest()
    await expect(latest.ask(() => Promise.reject(new Error('busy')))).rejects.toThrow('busy')
    let fail: (error: Error) => void = () => undefined
    const former = latest.ask(() => new Promise<string>((_resolve, reject) => (fail = reject)))
    latest.stop()
    fail(new Error('late'))
    expect(await former).toBeUndefined()
  })
})
