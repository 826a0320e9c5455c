import { describe, expect, test } from 'vitest'
import { areaName, levelOf, placeName } from '../src/areas'

const area = (code: string, name_th: string, name_en: string) => ({ code, name_th, name_en })
const maeHongSon = area('58', 'แม่ฮ่องสอน', 'Mae Hong Son')
const pai = area('5803', 'ปาย', 'Pai')
const wiangTai = area('580301', 'เวียงใต้', 'Wiang Tai')

describe('the name of an area', () => {
  test('carries its prefix once', () => {
    expect(areaName(maeHongSon, 'th')).toBe('จ.แม่ฮ่องสอน')
    expect(areaName(pai, 'th')).toBe('อ.ปาย')
    expect(areaName(wiangTai, 'th', 'long')).toBe('ตำบลเวียงใต้')
    expect(areaName(area('5803', 'อำเภอปาย', 'Pai District'), 'th')).toBe('อำเภอปาย')
    expect(areaName(area('5803', 'อำเภอปาย', 'Pai District'), 'en')).toBe('Pai District')
  })

  test('knows a village whose number has three digits', () => {
    expect(levelOf('580101010')).toBe('village')
    expect(areaName(area('580101010', 'ป่า', ''), 'th')).toBe('บ้านป่า หมู่ที่ 10')
  })

  test('follows Bangkok, which has neither จังหวัด nor อำเภอ nor ตำบล', () => {
    expect(areaName(area('10', 'กรุงเทพมหานคร', 'Bangkok'), 'th', 'long')).toBe('กรุงเทพมหานคร')
    expect(areaName(area('1001', 'พระนคร', 'Phra Nakhon'), 'th')).toBe('เขตพระนคร')
    expect(areaName(area('100101', 'พระบรมมหาราชวัง', 'x'), 'th')).toBe('แขวงพระบรมมหาราชวัง')
    expect(areaName(area('10010101', 'วัดสามพระยา', 'x'), 'th')).toBe('ชุมชนวัดสามพระยา')
    expect(areaName(area('10', 'กรุงเทพมหานคร', 'Bangkok'), 'en', 'long')).toBe('Bangkok')
  })

  test('of a village says its number in the subdistrict', () => {
    expect(areaName(area('58030103', 'ดอนแก้ว', 'Don Kaeo'), 'th')).toBe('บ้านดอนแก้ว หมู่ที่ 3')
    expect(areaName(area('58030103', 'หมู่ที่ 3', 'Moo 3'), 'th')).toBe('หมู่ที่ 3')
  })

  test('of a place goes from small to large and leaves out what is not known', () => {
    expect(placeName([wiangTai, null, maeHongSon], 'th')).toBe('ต.เวียงใต้ จ.แม่ฮ่องสอน')
    expect(placeName([pai, maeHongSon], 'en')).toBe('Pai District, Mae Hong Son')
  })

  test('falls back to Thai where there is no English', () => {
    expect(areaName(area('5803', 'ปาย', ''), 'en')).toBe('ปาย')
  })

  test('the level is the length of the code', () => {
    expect(['58', '5803', '580301', '58030103'].map(levelOf)).toEqual([
      'province',
      'district',
      'subdistrict',
      'village',
    ])
  })
})
