import en from 'messages:en/common,map,office'
import th from 'messages:th/common,map,office'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Pin } from '../src/api'
import { readFilter } from '../src/filters'
import { startLanguage, switchLanguage } from '../src/i18n'
import { rangeWords } from '../src/office/legend'
import { placeOf } from '../src/office/pinwords'
import { inWords, wholePlace } from '../src/office/sentence'
import { bareName, scoreWords } from '../src/office/tips'

const AREAS = new Map(
  [
    { code: '58', name_th: 'แม่ฮ่องสอน', name_en: 'Mae Hong Son' },
    { code: '5801', name_th: 'เมืองแม่ฮ่องสอน', name_en: 'Mueang Mae Hong Son' },
    { code: '580103', name_th: 'ผาบ่อง', name_en: 'Pha Bong' },
  ].map((area) => [area.code, area]),
)

const CATEGORIES = {
  groups: [],
  categories: [
    {
      slug: 'road',
      group: 'roads',
      name_th: 'ถนน สะพาน ทางอันตราย',
      name_en: 'roads, bridges, danger spots',
      pictogram: 'road',
      radius_m: 150,
      public_place: 'exact' as const,
      sensitive: false,
      order: 1,
    },
  ],
}

beforeAll(() => startLanguage({ th, en: async () => ({ default: en }) }))
beforeEach(() => switchLanguage('th'))

describe('the filter in words', () => {
  const filter = readFilter(
    'area=580103&category=road&status=unmet&severity=3-5&since=2026-10-01&until=2026-11-01&q=สะพาน',
  )

  test('every part of the filter is said, with Buddhist years and the last day that counts', () => {
    expect(inWords(filter, AREAS, CATEGORIES)).toBe(
      'ตำบลผาบ่อง อ.เมืองแม่ฮ่องสอน จ.แม่ฮ่องสอน · ประเภท ถนน สะพาน ทางอันตราย · ' +
        'สถานะ รอการแก้ไข ยังไม่ได้งบ · ระดับความรุนแรง 3 ขึ้นไป · ' +
        'แจ้งระหว่าง 1 ต.ค. 2569 ถึง 31 ต.ค. 2569 · มีคำว่า “สะพาน”',
    )
  })

  test('in English it says the same', async () => {
    await switchLanguage('en')
    const said = inWords(filter, AREAS, CATEGORIES)
    expect(said).toContain('Pha Bong Subdistrict, Mueang Mae Hong Son District')
    expect(said).toContain('Reported from 1 Oct 2026 to 31 Oct 2026')
  })

  test('no filter is said too', () => {
    expect(inWords({}, AREAS, CATEGORIES)).toBe('ทั้งประเทศ · ทุกประเภท ทุกสถานะ ทุกระดับ')
  })

  test('an area whose name has not come is said by its code', () => {
    expect(wholePlace('5802', AREAS)).toBe('5802 จ.แม่ฮ่องสอน')
  })
})

describe('the legend', () => {
  test('the open ends of the scale are words, not symbols', () => {
    expect([1, 2, 5].map((need) => rangeWords(need as 1 | 2 | 5, 'score'))).toEqual([
      'ต่ำกว่า 3',
      '3 ถึง 10',
      '100 ขึ้นไป',
    ])
  })

  test('a rate has two digits behind the point, a total none', () => {
    expect(scoreWords(1234.5, 'per_1000')).toBe('1,234.50')
    expect(scoreWords(1234, 'total')).toBe('1,234')
  })

  test('under a heading that names the level an English name stands alone', async () => {
    const area = { code: '5801', name_th: 'ปาย', name_en: 'Pai' }
    expect(bareName(area)).toBe('อ.ปาย')
    await switchLanguage('en')
    expect(bareName(area)).toBe('Pai')
  })
})

describe('a pin in the list', () => {
  const pin = {
    province: '58',
    district: '5801',
    subdistrict: '580103',
    village: '58010304',
    village_source: 'chosen',
    names: {
      province: { th: 'แม่ฮ่องสอน', en: '' },
      district: { th: 'เมืองแม่ฮ่องสอน', en: '' },
      subdistrict: { th: 'ผาบ่อง', en: '' },
      village: { th: 'บ้านห้วยเดื่อ หมู่ที่ 4', en: '' },
    },
  } as Pin['properties']

  test('what the screen already says is not said again for every pin', () => {
    expect(placeOf(pin, '5801')).toBe('บ้านห้วยเดื่อ หมู่ที่ 4 ต.ผาบ่อง')
    expect(placeOf(pin, '')).toBe('บ้านห้วยเดื่อ หมู่ที่ 4 ต.ผาบ่อง อ.เมืองแม่ฮ่องสอน จ.แม่ฮ่องสอน')
  })

  test('a village that was only suggested is not said to be the place', () => {
    expect(placeOf({ ...pin, village_source: 'suggested' }, '5801')).toBe('ต.ผาบ่อง')
  })
})
