import { afterEach, describe, expect, test, vi } from 'vitest'
import {
  ApiError,
  downloadUrl,
  failureOf,
  getAreas,
  getMe,
  getPins,
  getWhere,
  putPin,
} from '../src/api'

function answer(status: number, body: unknown, headers: Record<string, string> = {}) {
  const fetched = vi.fn(async (_url: string, _init?: RequestInit) => {
    return new Response(typeof body === 'string' ? body : JSON.stringify(body), { status, headers })
  })
  vi.stubGlobal('fetch', fetched)
  return fetched
}

async function failing(call: Promise<unknown>): Promise<ApiError> {
  const error = await call.then(
    () => undefined,
    (cause: unknown) => cause,
  )
  if (!(error instanceof ApiError)) throw new Error(`expected an ApiError, got ${error}`)
  return error
}

const refusal = {
  type: 'validation_error',
  errors: [{ code: 'unknown_category', detail: 'ไม่มีประเภทนี้', attr: 'properties.category' }],
}
const body = {
  type: 'Feature' as const,
  geometry: null,
  properties: { category: 'road', severity: 3, village: '58010103' },
}

afterEach(() => vi.unstubAllGlobals())

describe('a call', () => {
  test('asks in the language of the page and sends nothing empty', async () => {
    const fetched = answer(200, { results: [] })
    await getAreas({ level: 'province', within: '' })
    const [url, init] = fetched.mock.calls[0] ?? []
    expect(url).toBe('/api/v1/areas?level=province')
    expect(init?.headers).toMatchObject({ 'Accept-Language': 'th' })
  })

  test('carries the filter as it stands in the address', async () => {
    const fetched = answer(200, { type: 'FeatureCollection', features: [], next: null, count: 0 })
    await getPins({ area: '58', category: ['road', 'flood'] }, { limit: 50 })
    expect(fetched.mock.calls[0]?.[0]).toBe('/api/v1/pins?limit=50&area=58&category=road,flood')
  })

  test('a write carries the token against forgery', async () => {
    // biome-ignore lint/suspicious/noDocumentCookie: what is tested reads it as old browsers write it
    document.cookie = 'csrftoken=abc'
    const fetched = answer(400, refusal)
    await failing(putPin('id', body))
    const init = fetched.mock.calls[0]?.[1]
    expect(init?.method).toBe('PUT')
    expect(init?.headers).toMatchObject({ 'X-CSRFToken': 'abc' })
  })

  test('coordinates are longitude first', async () => {
    const fetched = answer(200, {
      province: null,
      district: null,
      subdistrict: null,
      flag: 'outside',
      villages: [],
    })
    await getWhere(97.97, 19.3)
    expect(fetched.mock.calls[0]?.[0]).toBe('/api/v1/where?lng=97.970000&lat=19.300000')
  })

  test('a download has the same filter', () => {
    expect(downloadUrl('pins.csv', { area: '58', status: ['unmet'] })).toBe(
      '/api/v1/pins.csv?area=58&status=unmet',
    )
    expect(downloadUrl('areas.geojson', {}, { level: 'district', within: '' })).toBe(
      '/api/v1/areas.geojson?level=district',
    )
  })
})

describe('a failure', () => {
  test('of the server comes with its words and its field', async () => {
    answer(400, refusal)
    const error = await failing(putPin('id', body))
    expect(error.failure).toBe('refused')
    expect(error.problems[0]).toMatchObject({ attr: 'properties.category' })
  })

  test('without readable words is still a failure', async () => {
    answer(502, '<html>Bad Gateway</html>')
    const error = await failing(getMe())
    expect(error.failure).toBe('busy')
    expect(error.problems).toEqual([])
  })

  test('says how long to wait when the server says so', async () => {
    answer(503, { type: 'server_error', errors: [] }, { 'Retry-After': '7' })
    expect((await failing(getMe())).retryAfterS).toBe(7)
  })

  test('of the network is "offline"', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')))
    expect((await failing(getMe())).failure).toBe('offline')
  })

  test('an answer of another shape is not let in', async () => {
    answer(200, { results: [{ code: '5', level: 'province' }] })
    expect((await failing(getAreas({ level: 'province' }))).failure).toBe('garbled')
  })

  test('a call that the caller has stopped is no failure', async () => {
    const stop = new AbortController()
    vi.stubGlobal('fetch', () => {
      stop.abort()
      return Promise.reject(new DOMException('', 'AbortError'))
    })
    await expect(getMe({ signal: stop.signal })).rejects.toHaveProperty('name', 'AbortError')
  })

  test.each([
    [401, 'sign_in'],
    [403, 'forbidden'],
    [404, 'absent'],
    [409, 'conflict'],
    [412, 'conflict'],
    [422, 'refused'],
    [429, 'busy'],
    [500, 'busy'],
  ] as const)('status %i is "%s"', (status, failure) => {
    expect(failureOf(status)).toBe(failure)
  })
})
