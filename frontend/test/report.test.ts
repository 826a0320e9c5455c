import { describe, expect, test } from 'vitest'
import {
  bodyOf,
  type Draft,
  firstMissing,
  isAnswered,
  isNearThailand,
  metresBetween,
  newDraft,
  nextStep,
  peopleCount,
  prefill,
  previousStep,
  problemsByStep,
  progress,
  reachable,
  readCount,
  readPoint,
  withPoint,
  withWholeVillage,
} from '../src/phone/report'

const village = { code: '58010103', name_th: 'หมู่ที่ 3', name_en: 'Moo 3' }
const point = {
  kind: 'point',
  lng: 97.9701234567,
  lat: 19.3021234567,
  source: 'gps',
  accuracyM: 11.2,
} as const
const empty = newDraft('01935f6a-0000-7000-8000-000000000001', '2026-11-22T05:00:00.000Z')
const full: Draft = {
  ...empty,
  place: point,
  village,
  category: 'road',
  severity: 4,
  people: '50-199',
  words: '  สะพานพัง ',
}

describe('the order of the questions', () => {
  test('is one after another up to the review', () => {
    expect(nextStep(full, 'photo')).toBe('place')
    expect(nextStep(full, 'place')).toBe('village')
    expect(nextStep(full, 'words')).toBe('review')
    expect(nextStep(full, 'review')).toBe('review')
    expect(previousStep(full, 'photo')).toBeNull()
    expect(previousStep(full, 'category')).toBe('village')
  })

  test('leaves out the village for whoever chose the whole village', () => {
    const whole = withWholeVillage(empty, village)
    expect(nextStep(whole, 'place')).toBe('category')
    expect(previousStep(whole, 'category')).toBe('place')
    expect(progress(whole, 'category')).toEqual({ at: 3, of: 7 })
    expect(progress(full, 'category')).toEqual({ at: 4, of: 8 })
  })

  test('an address cannot skip a question without an answer', () => {
    expect(reachable(empty, 'review')).toBe('place')
    expect(reachable(full, 'people')).toBe('people')
    expect(reachable({ ...full, severity: null }, 'review')).toBe('severity')
  })

  test('an address that names no question begins at the beginning, or where it stopped', () => {
    expect(reachable(empty, '')).toBe('photo')
    expect(reachable({ ...full, people: null }, 'nonsense')).toBe('people')
  })
})

describe('what is still missing', () => {
  test('a photo and words may be left out, nothing else', () => {
    expect(firstMissing({ ...full, words: '' })).toBeNull()
    expect(firstMissing(empty)).toBe('place')
    expect(firstMissing({ ...full, category: null })).toBe('category')
  })

  test('"not sure" is an answer', () => {
    const unsure: Draft = { ...full, village: 'unsure', people: 'unsure' }
    expect(firstMissing(unsure)).toBeNull()
  })

  test('the whole village needs a village', () => {
    expect(isAnswered({ ...full, place: { kind: 'village' }, village: 'unsure' }, 'place')).toBe(
      false,
    )
  })

  test('a number of people must be possible', () => {
    expect(isAnswered({ ...full, people: { count: 0 } }, 'people')).toBe(false)
    expect(isAnswered({ ...full, people: { count: 37 } }, 'people')).toBe(true)
  })
})

describe('what is sent', () => {
  test('a point with everything', () => {
    expect(bodyOf(full)).toEqual({
      type: 'Feature',
      geometry: { type: 'Point', coordinates: [97.970123, 19.302123] },
      properties: {
        category: 'road',
        severity: 4,
        people: 100,
        words: 'สะพานพัง',
        village: '58010103',
        source: 'gps',
        accuracy_m: 12,
        captured_at: '2026-11-22T05:00:00.000Z',
      },
    })
  })

  test('the whole village has no point', () => {
    const body = bodyOf({ ...full, place: { kind: 'village' } })
    expect(body.geometry).toBeNull()
    expect(body.properties).toMatchObject({ village: '58010103', source: 'village' })
    expect(body.properties).not.toHaveProperty('accuracy_m')
  })

  test('"not sure" is null', () => {
    const { properties } = bodyOf({ ...full, village: 'unsure', people: 'unsure', words: ' ' })
    expect(properties).toMatchObject({ village: null, people: null })
    expect(properties).not.toHaveProperty('words')
  })

  test.each([
    ['days', '2026-11-19'],
    ['month', '2026-10-23'],
    ['years', '2023-11-23'],
  ] as const)('for how long: %s is a day in Thailand', (since, day) => {
    expect(bodyOf({ ...full, since }).properties.needed_since).toBe(day)
  })

  test('not sure since when is not sent', () => {
    for (const since of [null, undefined])
      expect(bodyOf({ ...full, since }).properties).not.toHaveProperty('needed_since')
  })

  test('the photo is declared by its digest', () => {
    const photo = { id: 'p', sha256: 'ab', bytes: 3 }
    expect(bodyOf({ ...full, photo }).properties.photos).toEqual([photo])
  })

  test('the same draft is the same bytes each time', () => {
    expect(JSON.stringify(bodyOf(full))).toBe(JSON.stringify(bodyOf(structuredClone(full))))
  })

  test('a draft with a gap is never sent', () => {
    expect(() => bodyOf(empty)).toThrow()
  })

  test('a band is sent as a number inside it', () => {
    const bands = ['1-9', '10-49', '50-199', '200-999'] as const
    for (const band of bands) {
      const [least, most] = band.split('-').map(Number)
      expect(peopleCount(band)).toBeGreaterThanOrEqual(least ?? 0)
      expect(peopleCount(band)).toBeLessThanOrEqual(most ?? 0)
    }
    expect(peopleCount('1000+')).toBe(1000)
  })
})

describe('a place', () => {
  test('that moved asks for the village again', () => {
    const moved = { ...point, lng: point.lng + 0.01 }
    expect(withPoint(full, moved).village).toBeNull()
  })

  test('that stayed keeps it', () => {
    expect(withPoint(full, { ...point })).toBe(full)
  })

  test('is read as people type it, Thai digits too', () => {
    expect(readPoint('97.97', '19.3')).toEqual({ lng: 97.97, lat: 19.3 })
    expect(readPoint('๙๗.๙๗', ' ๑๙.๓ ')).toEqual({ lng: 97.97, lat: 19.3 })
    for (const bad of ['', 'x', '19,3', '1e9', '200']) expect(readPoint('97', bad)).toBeNull()
  })

  test('with its numbers swapped is not in Thailand', () => {
    expect(isNearThailand({ lng: 97.97, lat: 19.3 })).toBe(true)
    expect(isNearThailand({ lng: 19.3, lat: 97.97 })).toBe(false)
  })

  test('a thousandth of a degree of latitude is 111 m', () => {
    expect(metresBetween({ lng: 100, lat: 15 }, { lng: 100, lat: 15.001 })).toBeCloseTo(111.2, 1)
  })
})

test('a link fills in what it knows, and no more', () => {
  const filled = prefill(empty, new URLSearchParams('lng=97.97&lat=19.3&category=road&severity=5'))
  expect(filled.place).toMatchObject({ lng: 97.97, lat: 19.3, source: 'map' })
  expect(filled.category).toBe('road')
  expect(filled.severity).toBeNull()
  expect(prefill(empty, new URLSearchParams('lng=x&lat=1&category=<b>'))).toEqual(empty)
})

test('people are counted in whole people', () => {
  expect(readCount('1,200')).toBe(1200)
  expect(readCount('๓๗')).toBe(37)
  for (const bad of ['', '0', '-3', '2.5', 'สิบ', '9999999']) expect(readCount(bad)).toBeNull()
})

test('what the server says is shown where it was asked', () => {
  const problem = (attr: string | null, detail: string) => ({ code: 'x', attr, detail })
  expect(
    problemsByStep([
      problem('properties.category', 'a'),
      problem('geometry.coordinates', 'b'),
      problem('properties.photos[0].sha256', 'c'),
      problem('properties.people', 'd'),
      problem('properties.people', 'e'),
      problem('properties.captured_at', 'f'),
      problem(null, 'g'),
    ]),
  ).toEqual({ category: 'a', place: 'b', photo: 'c', people: 'd e', review: 'f g' })
})
