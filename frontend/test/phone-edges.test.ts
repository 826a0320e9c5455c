import { beforeEach, describe, expect, test, vi } from 'vitest'
import { isInsideLine, outsideLine } from '../src/phone/browser'
import { keep, readKept } from '../src/phone/keep'
import { fitted, sha256 } from '../src/phone/photo'
import { newDraft } from '../src/phone/report'
import { receiptOf } from '../src/phone/send'

describe("LINE's own browser", () => {
  const line =
    'Mozilla/5.0 (Linux; Android 13; A14) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36 Line/14.1.0/IAB'

  test('is known by its name', () => {
    expect(isInsideLine(line)).toBe(true)
    expect(isInsideLine(line.replace('Line/14.1.0/IAB', ''))).toBe(false)
  })

  test('is left by its own parameter, and the link loses nothing', () => {
    expect(outsideLine('https://map.example/m/?category=road#place')).toBe(
      'https://map.example/m/?category=road&openExternalBrowser=1#place',
    )
  })
})

describe('a photo', () => {
  test('becomes 1600 px at its longest and never grows', () => {
    expect(fitted(4000, 3000)).toEqual({ width: 1600, height: 1200 })
    expect(fitted(3000, 4000)).toEqual({ width: 1200, height: 1600 })
    expect(fitted(800, 600)).toEqual({ width: 800, height: 600 })
    expect(fitted(10_000, 2)).toEqual({ width: 1600, height: 1 })
  })

  test('is known by the digest of its bytes', async () => {
    expect(await sha256(new Blob(['abc']))).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    )
  })
})

describe('what the phone keeps', () => {
  const draft = { ...newDraft('01935f6a-0000-7000-8000-000000000001', '2026-11-22'), words: 'ก' }
  beforeEach(() => localStorage.clear())

  test('comes back as it was', () => {
    const full = {
      ...draft,
      place: { kind: 'point', lng: 97.9, lat: 19.3, source: 'gps', accuracyM: 12 },
      village: 'unsure',
      severity: 4,
      people: { count: 37 },
    } as const
    expect(keep({ draft: full, receipt: null })).toBe(true)
    expect(readKept()).toEqual({ draft: full, receipt: null })
  })

  test('is left alone when it is not what this page wrote', () => {
    localStorage.setItem('meemap.draft', '{"draft": {"id": "x"}}')
    expect(readKept()).toBeNull()
    localStorage.setItem('meemap.draft', 'not json')
    expect(readKept()).toBeNull()
  })

  test('says so when the device refuses to keep anything', () => {
    vi.stubGlobal('localStorage', {
      setItem() {
        throw new DOMException('full', 'QuotaExceededError')
      },
    })
    expect(keep({ draft, receipt: null })).toBe(false)
    vi.unstubAllGlobals()
  })
})

test('a receipt names the areas from large to small and tells a guess from a choice', () => {
  const receipt = receiptOf({
    type: 'Feature',
    id: 'a',
    geometry: null,
    properties: {
      number: 1042,
      category: 'road',
      severity: 3,
      status: 'reported',
      checked: false,
      received_at: '2026-11-22T05:00:00Z',
      province: '58',
      district: '5801',
      subdistrict: null,
      village: '58010103',
      village_source: 'suggested',
      names: {
        province: { th: 'แม่ฮ่องสอน', en: 'Mae Hong Son' },
        district: { th: 'เมืองแม่ฮ่องสอน', en: 'Mueang Mae Hong Son' },
        subdistrict: null,
        village: { th: 'หมู่ที่ 3', en: 'Moo 3' },
      },
    },
  })
  expect(receipt.areas.map(({ code }) => code)).toEqual(['58', '5801', '58010103'])
  expect(receipt).toMatchObject({ number: 1042, suggested: true })
})
