import { describe, expect, test } from 'vitest'
import { placeOfPlusCode } from '../src/phone/pluscode'

// The codes and middles of cells are those of the specification's own test data (decoding.csv).
describe('a plus code', () => {
  test.each([
    ['7FG49QCJ+2V', 20.3700625, 2.7821875],
    ['7FG49QCJ+2VXGJ', 20.370113, 2.782234],
    ['8FVC2222+22', 47.0000625, 8.0000625],
    ['4VCPPQGP+Q9', -41.2730625, 174.7859375],
  ])('%s is the middle of its cell', (code, lat, lng) => {
    const place = placeOfPlusCode(code, null)
    expect(place?.lat).toBeCloseTo(lat, 4)
    expect(place?.lng).toBeCloseTo(lng, 4)
  })

  test('is found in what a map app copies, in small letters too', () => {
    const near = { lng: 2.78, lat: 20.37 }
    const whole = placeOfPlusCode('7FG49QCJ+2V', null)
    for (const text of ['9qcj+2v ขุนยวม แม่ฮ่องสอน', 'ที่นี่ 9QCJ+2V, Khun Yuam', '7fg49qcj+2v'])
      expect(placeOfPlusCode(text, near)).toEqual(whole)
  })

  test.each([
    '9QCJ+2V',
    '',
    '+',
    '7FG49Q00+',
    '7FG49QCJ+2',
    '7FG49QCJ2V',
    'AAAA+AA',
    'ZZ+ZZ',
    '7FG49QCJ+2V+',
  ])('%s alone is no place', (text) => expect(placeOfPlusCode(text, null)).toBeNull())
})
