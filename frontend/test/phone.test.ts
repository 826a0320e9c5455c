import th from 'messages:th/common,map,phone'
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/svelte'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { startLanguage } from '../src/i18n'
import Phone from '../src/phone/Phone.svelte'

// The map needs a real browser; here it is a device on which the map does not open.
vi.mock('../src/map/crosshair', () => {
  throw new Error('no map')
})

const names = (code: string) => ({ code, name_th: 'ก', name_en: 'A' })
const ANSWERS: Record<string, unknown> = {
  '/me': {
    person: null,
    grants: [],
    home: null,
    may_pin: false,
    anonymous_pins: 'shown',
    deployment: {
      sample: true,
      approximate: true,
      attribution: '',
      start: '',
      tile_url: '',
      tile_attribution: '',
      licence: '',
    },
  },
  '/categories': {
    groups: [{ slug: 'roads', name_th: 'ถนน', name_en: 'Roads', colour: '#E69F00', order: 1 }],
    categories: [
      {
        slug: 'road',
        group: 'roads',
        name_th: 'ถนน สะพาน',
        name_en: 'Roads',
        pictogram: 'road',
        radius_m: 150,
        public_place: 'exact',
        sensitive: false,
        order: 1,
      },
    ],
  },
  '/where': {
    province: names('58'),
    district: names('5801'),
    subdistrict: names('580101'),
    flag: null,
    villages: [{ ...names('58010103'), lng: 97.9, lat: 19.3, distance_m: 320 }],
  },
}

interface Sent {
  url: string
  body: unknown
}
let sent: Sent[] = []
let onPut: (attempt: number) => Response

const json = (status: number, body: unknown) => new Response(JSON.stringify(body), { status })
const received = (id: string) => ({
  type: 'Feature',
  id,
  geometry: null,
  properties: {
    number: 1042,
    category: 'road',
    severity: 4,
    status: 'reported',
    checked: false,
    received_at: '2026-11-22T05:00:00Z',
    district: '5801',
    names: { district: { th: 'เมือง', en: 'Mueang' } },
  },
})

/** What /sync says where the one pin alone would have been answered so. */
async function pushed(op_id: string, answer: Response): Promise<Response> {
  if (answer.status >= 500) return answer
  const body = await answer.json()
  const state = answer.ok ? 'applied' : answer.status === 409 ? 'conflict' : 'refused'
  const one = { op_id, state, pin: answer.ok ? body : null, errors: answer.ok ? null : body.errors }
  return json(200, { generation: 'g', received_through: 1, durable_through: null, results: [one] })
}

beforeEach(async () => {
  localStorage.clear()
  history.replaceState(null, '', '/m/')
  window.scrollTo = () => undefined
  sent = []
  onPut = () => json(201, received(sent[sent.length - 1]?.url.slice(-36) ?? ''))
  vi.stubGlobal('fetch', async (url: string, init?: RequestInit) => {
    if (init?.method === 'POST' && url.endsWith('/sync')) {
      const [operation] = JSON.parse(String(init.body)).operations
      sent.push({ url: operation.id, body: operation.feature })
      return pushed(operation.op_id, await onPut(sent.length))
    }
    const path = url.replace('/api/v1', '').replace(/\?.*/, '')
    return path in ANSWERS ? json(200, ANSWERS[path]) : json(404, { errors: [] })
  })
  await startLanguage({ th, en: async () => ({ default: {} }) })
})

afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

const press = async (id: string) => fireEvent.click(await screen.findByTestId(id))
const at = (step: string) => screen.findByTestId(`step-${step}`)
async function write(id: string, value: string) {
  await fireEvent.input(await screen.findByTestId(id), { target: { value } })
}

async function answerEverything() {
  await press('next')
  await press('place-typed')
  await write('lat-input', '19.3')
  await write('lng-input', '97.97')
  await press('next')
  await at('village')
  await fireEvent.click(await screen.findByTestId('village-58010103', undefined, { timeout: 3000 }))
  await press('next')
  await press('category-road')
  await press('next')
  await press('severity-4')
  await press('next')
  await press('people-unsure')
  await press('next')
  await write('words-input', 'สะพานพัง')
  await press('next')
  await at('review')
}

describe('the phone page', () => {
  test('takes a report from the first question to its number, without a map', async () => {
    render(Phone)
    await answerEverything()
    await press('send')
    expect((await screen.findByTestId('receipt-number')).textContent).toBe('1042')
    expect(sent[0]?.body).toMatchObject({
      geometry: { type: 'Point', coordinates: [97.97, 19.3] },
      properties: {
        category: 'road',
        severity: 4,
        people: null,
        words: 'สะพานพัง',
        village: '58010103',
        source: 'typed',
      },
    })
    expect(screen.getByTestId('see-map').getAttribute('href')).toBe('/office/?area=5801')
  })

  test('does not go on without an answer and says what is missing', async () => {
    render(Phone)
    await press('next')
    await at('place')
    await press('next')
    expect((await screen.findByTestId('problem')).textContent).toContain('บอกจุดก่อน')
  })

  test('keeps everything over a failure and sends the same again under the same id', async () => {
    onPut = (attempt) => (attempt === 1 ? json(503, { errors: [] }) : json(201, received('x')))
    render(Phone)
    await answerEverything()
    await press('send')
    await at('saved')
    await press('send-now')
    await screen.findByTestId('receipt-number')
    expect(sent[1]).toEqual(sent[0])
  })

  test('keeps everything over a reload', async () => {
    render(Phone)
    await answerEverything()
    cleanup()
    render(Phone)
    const review = await at('review')
    expect(review.textContent).toContain('สะพานพัง')
  })

  test('shows what the server refuses where it was asked', async () => {
    onPut = () =>
      json(400, {
        errors: [{ code: 'gone', detail: 'ไม่มีประเภทนี้แล้ว', attr: 'properties.category' }],
      })
    render(Phone)
    await answerEverything()
    await press('send')
    await at('category')
    expect((await screen.findByTestId('problem')).textContent).toBe('ไม่มีประเภทนี้แล้ว')
  })

  test('lets a person decide when an earlier version has already arrived', async () => {
    onPut = (attempt) =>
      attempt === 1
        ? json(409, { errors: [{ code: 'pin_differs', detail: 'x', attr: null }] })
        : json(201, received('x'))
    render(Phone)
    await answerEverything()
    await press('send')
    await screen.findByTestId('differs')
    await press('send-as-new')
    await screen.findByTestId('receipt-number')
    expect(sent[1]?.url).not.toBe(sent[0]?.url)
    expect(sent[1]?.body).toEqual(sent[0]?.body)
  })

  test('the focus goes to the heading of each question', async () => {
    render(Phone)
    await press('next')
    await at('place')
    await waitFor(() => expect(document.activeElement?.tagName).toBe('H1'))
  })

  test('asks for an account where only accounts may pin', async () => {
    const before = ANSWERS['/me'] as object
    ANSWERS['/me'] = { ...before, anonymous_pins: 'off' }
    render(Phone)
    const link = await screen.findByRole('link', { name: 'เข้าสู่ระบบ' })
    expect(link.getAttribute('href')).toBe('/login/?next=/m/')
    ANSWERS['/me'] = before
  })
})
