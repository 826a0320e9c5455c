import { PbfWriter } from 'pbf'
import { describe, expect, test } from 'vitest'
import {
  detailFor,
  namesAround,
  placeIn,
  readTile,
  sharpness,
  strokesAt,
  type TileName,
} from '../src/map/outlines'

const AT = { x: 24, y: 14, z: 5 }

/** A tile with one square district and one label, written by hand as the format has it. */
function written(): ArrayBuffer {
  const zigzag = (n: number) => (n << 1) ^ (n >> 31)
  const tile = new PbfWriter()
  const layer = (name: string, keys: string[], values: string[], type: number, path: number[]) =>
    tile.writeMessage(
      3,
      (_, out) => {
        out.writeVarintField(15, 2)
        out.writeStringField(1, name)
        out.writeMessage(
          2,
          (_feature, inner) => {
            inner.writePackedVarint(
              2,
              keys.flatMap((_key, i) => [i, i]),
            )
            inner.writeVarintField(3, type)
            inner.writePackedVarint(4, path)
          },
          null,
        )
        for (const key of keys) out.writeStringField(3, key)
        for (const value of values)
          out.writeMessage(4, (_value, inner) => inner.writeStringField(1, value), null)
        out.writeVarintField(5, 4096)
      },
      null,
    )
  const moveTo = (x: number, y: number) => [9, zigzag(x), zigzag(y)]
  const side = [26, zigzag(2048), 0, 0, zigzag(2048), zigzag(-2048), 0]
  layer('district', ['code'], ['5801'], 3, [...moveTo(0, 0), ...side, 15])
  layer(
    'label',
    ['code', 'name_th', 'name_en'],
    ['58', 'แม่ฮ่องสอน', 'Mae Hong Son'],
    1,
    moveTo(2048, 2048),
  )
  return tile.finish().slice().buffer
}

describe('a tile', () => {
  test('gives rings in pixels by level and names with their place', () => {
    const { rings, names } = readTile(written(), AT)
    expect(rings.district).toEqual([[0, 0, 128, 0, 128, 128, 0, 128, 0, 0]])
    expect(rings.province).toEqual([])
    expect(names).toEqual([
      {
        code: '58',
        name_th: 'แม่ฮ่องสอน',
        name_en: 'Mae Hong Son',
        lng: 95.625,
        lat: expect.closeTo(16.636, 3),
      },
    ])
  })

  test('without bytes has nothing and is no fault', () => {
    expect(readTile(new ArrayBuffer(0), AT)).toEqual({
      rings: { province: [], district: [], subdistrict: [] },
      names: [],
    })
  })

  test('the corners of the world lie where web Mercator ends', () => {
    expect(placeIn({ x: 0, y: 0, z: 0 }, 0, 0)).toEqual({
      lng: -180,
      lat: expect.closeTo(85.0511, 4),
    })
    expect(placeIn({ x: 1, y: 1, z: 1 }, 0, 0)).toEqual({ lng: 0, lat: 0 })
  })
})

describe('lines', () => {
  test('the larger the area, the later and the wider its border is drawn', () => {
    for (let z = 0; z <= 18; z++) {
      const strokes = strokesAt(z)
      expect(strokes.at(-1)?.level).toBe('province')
      const widths = strokes.map(({ widthPx }) => widthPx)
      expect(widths).toEqual([...widths].sort((a, b) => a - b))
    }
  })

  test('only levels that the tiles of a zoom have are drawn', () => {
    expect(strokesAt(4).map(({ level }) => level)).toEqual(['province'])
    expect(strokesAt(8).map(({ level }) => level)).toEqual(['district', 'province'])
    expect(strokesAt(12).map(({ level }) => level)).toEqual(['subdistrict', 'district', 'province'])
  })

  test('stay sharp and thin between whole zooms', () => {
    expect(sharpness(6, 6, 2)).toEqual({ shown: 1, density: 2 })
    expect(sharpness(6.5, 6, 2).density).toBeCloseTo(2 * Math.SQRT2)
    expect(sharpness(6.5, 6, 2).shown).toBeCloseTo(Math.SQRT2)
    expect(sharpness(9, 6, 3).density).toBe(4)
  })
})

describe('what is asked for and named', () => {
  test('the country in sight is simple, a look closer is in full', () => {
    expect(detailFor('', 6)).toBe('map')
    expect(detailFor('', 7.25)).toBe('full')
    expect(detailFor('58', 10)).toBe('map')
    expect(detailFor('5801', 13)).toBe('full')
  })

  test('names stand around the chosen area, each once', () => {
    const name = (code: string): TileName => ({ code, name_th: code, name_en: '', lng: 0, lat: 0 })
    const all = ['58', '50', '50', '5801', '5802', '580101'].map(name)
    const around = (area: string) => namesAround(all, area).map(({ code }) => code)
    expect(around('')).toEqual([])
    expect(around('58')).toEqual(['50'])
    expect(around('5801')).toEqual(['50', '5802'])
  })
})
