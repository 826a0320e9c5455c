import { describe, expect, test } from 'vitest'
import { areasIn, isInside, type Near, nearIn, nearOf, type Pack, whereIn } from '../src/phone/pack'

const square = (west: number, south: number, size = 0.1): [number, number][] => [
  [west, south],
  [west + size, south],
  [west + size, south + size],
  [west, south + size],
  [west, south],
]
const named = (code: string, name: string) => ({ code, name_th: name, name_en: name })
const pack: Pack = {
  code: '580101',
  version: 'x.1',
  bytes: 1,
  sizes: { map: 1, pins: 0, photos: 0 },
  pins: 0,
  photos: [],
  left_out: 0,
  areas: [named('58', 'แม่ฮ่องสอน'), named('5801', 'เมือง'), named('580101', 'จองคำ')],
  outlines: [
    { ...named('580101', 'จองคำ'), geometry: { type: 'Polygon', coordinates: [square(98, 19)] } },
    {
      ...named('580102', 'ห้วยโป่ง'),
      geometry: { type: 'MultiPolygon', coordinates: [[square(98.1, 19)], [square(98.5, 19)]] },
    },
  ],
  villages: Array.from({ length: 12 }, (_, n) => ({
    ...named(`580101${String(n + 1).padStart(2, '0')}`, `บ้าน ${n + 1}`),
    lng: n === 11 ? null : 98 + n / 100,
    lat: n === 11 ? null : 19.05,
  })),
  cursor: null,
  generation: null,
  at: 1,
}

describe('a tambon pack without signal', () => {
  test('a point lies inside by the even-odd rule, holes included', () => {
    const ring = { type: 'Polygon' as const, coordinates: [square(0, 0, 10), square(4, 4, 2)] }
    expect(isInside(ring, { lng: 1, lat: 1 })).toBe(true)
    expect(isInside(ring, { lng: 5, lat: 5 })).toBe(false)
    expect(isInside(ring, { lng: 11, lat: 5 })).toBe(false)
    expect(isInside(null, { lng: 1, lat: 1 })).toBe(false)
  })

  test('names the areas of a place and the nearest eight villages that have one', () => {
    const found = whereIn([pack], { lng: 98.05, lat: 19.05 })
    expect(found?.subdistrict?.code).toBe('580101')
    expect(found?.province?.code).toBe('58')
    expect(found?.villages).toHaveLength(8)
    expect(found?.villages[0]?.code).toBe('58010106')
    expect(found?.villages[0]?.distance_m).toBeLessThan(1)
    expect(whereIn([pack], { lng: 98.55, lat: 19.05 })?.subdistrict?.code).toBe('580102')
  })

  test('says nothing of a place that it does not reach', () => {
    expect(whereIn([pack], { lng: 100, lat: 13 })).toBeNull()
    expect(whereIn([], { lng: 98.05, lat: 19.05 })).toBeNull()
  })

  test('lists areas as the server would', () => {
    expect(areasIn([pack], { level: 'province' }).map(({ code }) => code)).toEqual(['58'])
    expect(areasIn([pack], { level: 'subdistrict', within: '5801' })).toHaveLength(2)
    expect(areasIn([pack, pack], { level: 'village', within: '580101' })).toHaveLength(12)
    expect(areasIn([pack], { code: '580102' })[0]?.level).toBe('subdistrict')
  })

  const near = (id: string, metresNorth: number, more: Partial<Near> = {}): Near => ({
    id,
    number: 1,
    category: 'road',
    words: '',
    confirmations: 0,
    lng: 98,
    lat: 19 + metresNorth / 111_195,
    status: 'reported',
    photo: null,
    ...more,
  })
  const road = { slug: 'road', radius_m: 200 }
  const at = { lng: 98, lat: 19 }

  test('finds the nearest five of the category within its radius', () => {
    const pins = [7, 1, 3, 5, 9, 11, 201, 13].map((metres) => near(`${metres}`, metres))
    expect(nearIn(pins, at, road, new Set()).map(({ id }) => id)).toEqual(['1', '3', '5', '7', '9'])
    expect(nearIn([near('far', 201)], at, road, new Set())).toEqual([])
    expect(nearIn([near('in', 199)], at, road, new Set())).toHaveLength(1)
  })

  test('leaves out other kinds, what is over, and what this phone has sent itself', () => {
    const pins = [
      near('water', 1, { category: 'water' }),
      near('over', 1, { status: 'confirmed' }),
      near('withdrawn', 1, { status: 'withdrawn' }),
      near('mine', 1),
    ]
    expect(nearIn(pins, at, road, new Set(['mine']))).toEqual([])
  })

  test('keeps of a Feature only what has an exact place of its own', () => {
    const feature = (
      more: object,
      geometry: unknown = { type: 'Point', coordinates: [98, 19] },
    ) => ({
      id: 'a',
      geometry,
      properties: {
        number: 4,
        category: 'road',
        words: 'ถนนขาด',
        confirmations: 2,
        status: 'reported',
        joined_to: null,
        place_precision: 'exact',
        photos: [{ id: 'p' }],
        ...more,
      },
    })
    expect(nearOf(feature({}))).toMatchObject({ id: 'a', lng: 98, lat: 19, photo: 'p' })
    expect(nearOf(feature({ photos: [] }))?.photo).toBeNull()
    expect(nearOf(feature({ joined_to: 'b' }))).toBeNull()
    expect(nearOf(feature({ place_precision: 'cell' }))).toBeNull()
    expect(nearOf(feature({}, null))).toBeNull()
    expect(nearOf('nonsense')).toBeNull()
  })
})
