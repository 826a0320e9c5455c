import th from 'messages:th/common,map,where'
import { cleanup, fireEvent, render, screen } from '@testing-library/svelte'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Office, Responsible } from '../src/api'
import { startLanguage } from '../src/i18n'
import { pinAddress, readAddress, writeAddress } from '../src/where/address'
import { lineLink, mailLink, phoneLink, webLink } from '../src/where/contact'
import { above, childLevel, firstOf, parentOf, parentsOf } from '../src/where/finding'
import { verdictOf } from '../src/where/verdict'
import Where from '../src/where/Where.svelte'

const office = (name_th: string, more: Partial<Office> = {}): Office => ({
  kind: 'subdistrict_administration',
  name_th,
  name_en: '',
  phone: '0-0000-0001',
  email: '',
  line_id: '',
  website: '',
  address: '',
  categories: [],
  answers: 'all',
  by: 'village',
  covers: 'sure',
  villages: null,
  ...more,
})

const area = (code: string, name_th: string) => ({ code, name_th, name_en: '' })

function answer(more: Partial<Responsible> & { offices: Office[] }): Responsible {
  return {
    province: area('58', 'แม่ฮ่องสอน'),
    district: area('5801', 'เมือง'),
    subdistrict: area('580101', 'จองคำ'),
    village: null,
    flag: null,
    villages: [{ ...area('58010103', 'ก'), lng: 98, lat: 19, distance_m: 320 }],
    office: more.offices[0] ?? null,
    certain: true,
    reason: null,
    ...more,
  }
}

describe('what is asked stands in the address', () => {
  test('and comes back from it', () => {
    const asked = { point: { lng: 97.9684, lat: 19.3003 }, village: '580101010', category: 'road' }
    expect(writeAddress(asked)).toBe('?lng=97.9684&lat=19.3003&category=road&village=580101010')
    expect(readAddress(writeAddress(asked))).toEqual(asked)
  })

  test('what is unknown or cannot be read is as if it were not there', () => {
    expect(readAddress('?lng=x&lat=19&village=5801&category=%3Cb%3E&colour=red')).toEqual({
      point: null,
      village: null,
      category: null,
    })
  })

  test('the language that was asked for stays', () => {
    const asked = { point: null, village: '58010101', category: null }
    expect(writeAddress(asked, '?lang=en&colour=red')).toBe('?village=58010101&lang=en')
    expect(writeAddress({ ...asked, village: null })).toBe('')
  })

  test('the phone page is given the point and the category, which it knows', () => {
    const asked = { point: { lng: 98, lat: 19 }, village: '58010101', category: 'road' }
    expect(pinAddress(asked)).toBe('/m/?lng=98&lat=19&category=road')
    expect(pinAddress({ ...asked, point: null, category: null })).toBe('/m/')
  })
})

describe('a link made of data', () => {
  test('a telephone dials the first number', () => {
    expect(phoneLink('0-5361-2016 ต่อ 101')).toBe('tel:053612016')
    expect(phoneLink('๐๕๓-๖๑๒๐๑๖, 08 1234 5678')).toBe('tel:053612016')
    expect(phoneLink('+66 (53) 612-016')).toBe('tel:+6653612016')
    expect(phoneLink('1567')).toBe('tel:1567')
  })

  test('no number is no link', () => {
    for (const text of ['', 'ถามที่สำนักงาน', '12', '1'.repeat(16)]) expect(phoneLink(text)).toBeNull()
  })

  test('a website is http or https and nothing else', () => {
    expect(webLink('https://example.org/a')).toBe('https://example.org/a')
    for (const text of [
      '',
      'javascript:alert(1)',
      'data:text/html,x',
      'example.org',
      ' java\nscript:x',
    ])
      expect(webLink(text)).toBeNull()
  })

  test('an e-mail address is one address without headers of its own', () => {
    expect(mailLink('a.b@example.org')).toBe('mailto:a.b@example.org')
    for (const text of [
      '',
      'a@b',
      'a@example.org?bcc=b@example.org',
      'a@x.org,b@x.org',
      'a b@x.org',
    ])
      expect(mailLink(text)).toBeNull()
  })

  test('a LINE ID leads to LINE', () => {
    expect(lineLink('@sample')).toBe('https://line.me/R/ti/p/%40sample')
    expect(lineLink('somchai')).toBe('https://line.me/R/ti/p/~somchai')
    for (const text of ['', '../x', 'a/b', 'https://evil.example'])
      expect(lineLink(text)).toBeNull()
  })
})

describe('which offices stand on the screen', () => {
  const a = office('A', { covers: 'likely', villages: 2 })
  const m = office('M', { kind: 'municipality', covers: 'possible', villages: 1 })
  const d = office('D', { kind: 'district_office', by: 'district' })

  test('the certain one alone, the rest below', () => {
    expect(verdictOf(answer({ offices: [a, d] }))).toEqual({
      state: 'sure',
      offices: [a],
      others: [d],
    })
  })

  test('those that share the subdistrict together, with the question for the village', () => {
    const found = answer({ offices: [a, m, d], certain: false, reason: 'several' })
    expect(verdictOf(found)).toEqual({ state: 'either', ask: true, offices: [a, m], others: [d] })
  })

  test('two that list the chosen village, without a question that would not help', () => {
    const both = [office('A'), office('M', { kind: 'municipality' })]
    const found = answer({ offices: [...both, d], certain: false, reason: 'both' })
    expect(verdictOf(found)).toEqual({ state: 'either', ask: false, offices: both, others: [d] })
  })

  test('an office for other things only is never one of them', () => {
    const other = office('P', { answers: 'other', covers: 'possible' })
    const found = answer({ offices: [a, other], certain: false, reason: 'incomplete' })
    expect(verdictOf(found)).toMatchObject({ state: 'either', offices: [a], others: [other] })
  })

  test('nobody', () => {
    expect(verdictOf(answer({ offices: [], reason: 'no_office', certain: false })).state).toBe(
      'nobody',
    )
  })
})

describe('finding an area', () => {
  test('goes down one level at a time and up again', () => {
    expect(['', '58', '5801', '580101'].map(childLevel)).toEqual([
      'province',
      'district',
      'subdistrict',
      'village',
    ])
    expect(parentOf('580101010')).toBe('580101')
    expect(above('58010103')).toEqual(['580101', '5801', '58'])
    expect(parentsOf([{ code: '580101' }, { code: '580102' }])).toEqual(['5801', '58'])
  })

  test('a search keeps the best fit first, villages behind, and says that there are more', () => {
    const found = ['58010101', '580101', '58'].map((code) => ({
      ...area(code, 'ก'),
      level: ({ 2: 'province', 6: 'subdistrict', 8: 'village' } as const)[code.length as 2 | 6 | 8],
      population: null,
      lng: null,
      lat: null,
    }))
    expect(firstOf(found).shown.map(({ code }) => code)).toEqual(['580101', '58', '58010101'])
    expect(firstOf(Array.from({ length: 31 }, () => found[0] as (typeof found)[0])).more).toBe(true)
  })
})

describe('the page', () => {
  let responsible: Responsible
  beforeEach(async () => {
    vi.stubGlobal(
      'fetch',
      vi.fn(async (url: string) => {
        const body = url.includes('/where?')
          ? responsible
          : url.includes('/categories')
            ? { groups: [], categories: [] }
            : null
        return new Response(JSON.stringify(body), { status: body ? 200 : 404 })
      }),
    )
    await startLanguage({ th, en: async () => ({ default: th }) })
  })
  afterEach(() => {
    cleanup()
    vi.unstubAllGlobals()
    history.replaceState(null, '', '/')
  })

  test('asks first where', () => {
    render(Where)
    expect(screen.getByTestId('locate')).toBeTruthy()
  })

  test('an address with a place answers at once, with a number to call', async () => {
    history.replaceState(null, '', '/where/?village=58010103&category=road')
    responsible = answer({ offices: [office('อบต.ก')], village: area('58010103', 'ป่า') })
    render(Where)
    expect((await screen.findByTestId('call')).getAttribute('href')).toBe('tel:000000001')
    expect(screen.getByTestId('place').textContent).toContain('บ้านป่า หมู่ที่ 3')
  })

  test('choosing the village writes it into the address, and Back takes it out', async () => {
    history.replaceState(null, '', '/where/?lng=98&lat=19')
    const shared = [
      office('A', { covers: 'likely', villages: 1 }),
      office('M', { covers: 'possible', villages: 1 }),
    ]
    responsible = answer({ offices: shared, certain: false, reason: 'several' })
    render(Where)
    await fireEvent.click(await screen.findByTestId('village-58010103'))
    expect(location.search).toBe('?lng=98&lat=19&village=58010103')
    history.replaceState(null, '', '/where/?lng=98&lat=19')
    window.dispatchEvent(new PopStateEvent('popstate'))
    expect(await screen.findByTestId('either')).toBeTruthy()
  })

  test('says what to do where nobody is known', async () => {
    history.replaceState(null, '', '/where/?lng=98&lat=19')
    responsible = answer({ offices: [], certain: false, reason: 'no_office' })
    render(Where)
    expect((await screen.findByTestId('nobody')).textContent).toContain('ยังไม่มีข้อมูลหน่วยงาน')
  })

  test('a website that is a script is no link', async () => {
    history.replaceState(null, '', '/where/?lng=98&lat=19')
    responsible = answer({ offices: [office('A', { website: 'javascript:alert(1)' })] })
    render(Where)
    await screen.findByTestId('call')
    expect(screen.queryByTestId('web')).toBeNull()
  })
})
