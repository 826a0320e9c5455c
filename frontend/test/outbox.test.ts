import { describe, expect, test } from 'vitest'
import type { PinBody } from '../src/api'
import {
  type Answer,
  afterFailure,
  afterPush,
  afterWord,
  BATCH,
  DAY_MS,
  FIRST_WAIT_MS,
  type Item,
  isWaiting,
  itemOf,
  LONGEST_WAIT_MS,
  nextPhoto,
  photoDone,
  photosReleased,
  photosToForget,
  type Queue,
  queueAfter,
  RESTING,
  type Result,
  type Through,
  toPush,
  trySingly,
  verdictOf,
  waitMs,
  waitsTooLong,
} from '../src/phone/outbox'
import { newDraft } from '../src/phone/report'

const BODY: PinBody = {
  type: 'Feature',
  geometry: null,
  properties: {
    category: 'road',
    severity: 3,
    people: null,
    village: '58010101',
    source: 'village',
    captured_at: '',
  },
} as unknown as PinBody
const WORD: Through = { generation: 'g', receivedThrough: 10, durableThrough: null }
const NOW = 1_000_000

function ready(id: string, more: Partial<Item> = {}): Item {
  const photos = [{ id: `photo-${id}`, sha256: '', bytes: 1, sent: false }]
  return {
    id,
    opId: `op-${id}`,
    person: 'bob',
    draft: newDraft('', ''),
    body: BODY,
    photos,
    savedAt: NOW,
    state: 'ready',
    failedAt: null,
    ...more,
  } as Item
}

function said(item: Item, state: Result['state'], more: Partial<Result> = {}): Result {
  return { opId: item.opId, state, receipt: null, errors: [], retryAfterMs: null, ...more }
}

const refusal = (status: number, code = 'x'): Answer => ({
  kind: 'refusal',
  status,
  errors: [{ code, detail: 'why', attr: null }],
  retryAfterMs: null,
})

describe('every answer', () => {
  test.each([400, 403, 404, 409, 410, 412, 413, 415, 422, 428])(
    '%i parks the one item and holds up no other',
    (status) => {
      expect(verdictOf(refusal(status))).toBe('park')
      const [one, two] = [ready('1'), ready('2')]
      expect(trySingly([one, two], refusal(status))).toBe(true)
      const after = afterFailure([one, two], [one], refusal(status), NOW)
      expect(after.map(({ state }) => state)).toEqual(['parked', 'ready'])
      expect(toPush(after, queueAfter(RESTING, refusal(status), NOW, 0), 'bob', NOW)).toEqual([two])
    },
  )

  test.each([408, 429, 500, 502, 503, 504])('%i waits and keeps everything', (status) => {
    expect(verdictOf(refusal(status))).toBe('wait')
    const after = afterFailure([ready('1')], [ready('1')], refusal(status), NOW)
    expect(after[0]?.state).toBe('ready')
    const queue = queueAfter(RESTING, refusal(status), NOW, 0)
    expect(toPush(after, queue, 'bob', NOW)).toEqual([])
    expect(toPush(after, queue, 'bob', queue.notBefore)).toHaveLength(1)
  })

  test.each([
    ['no signal', { kind: 'network' }],
    ['a captive portal that answers 200', { kind: 'foreign', status: 200 }],
    ['a redirect to a login page', { kind: 'foreign', status: 302 }],
    ['an error page of a proxy', { kind: 'foreign', status: 502 }],
    ['a page that is not there, of somebody else', { kind: 'foreign', status: 404 }],
  ] as const)('%s is no answer', (_, answer) => {
    expect(verdictOf(answer)).toBe('wait')
  })

  test.each([
    [401, 'not_authenticated'],
    [403, 'csrf'],
    [403, 'sign_in_first'],
    [403, 'permission_denied'],
    [403, 'not_yours'],
  ])('%i %s pauses the whole queue until somebody signs in', (status, code) => {
    const queue = queueAfter(RESTING, refusal(status, code), NOW, 0)
    expect(queue.paused).toBe('sign_in')
    expect(toPush([ready('1')], queue, 'bob', NOW + DAY_MS)).toEqual([])
    expect(nextPhoto([received('1')], queue, 'bob', NOW)).toBeNull()
  })

  test('a 403 for lack of a right parks', () => {
    expect(verdictOf(refusal(403, 'meeting_not_yours'))).toBe('park')
  })
})

describe('waiting', () => {
  test('doubles from 2 s to 15 min, with chance, and never ends', () => {
    expect(waitMs(0, 0)).toBe(FIRST_WAIT_MS)
    expect(waitMs(3, 1)).toBe(16_000)
    expect(waitMs(3, 0)).toBe(8_000)
    for (const tries of [10, 100, 1e9]) expect(waitMs(tries, 1)).toBe(LONGEST_WAIT_MS)
  })

  test('a server that names a time is believed, within 15 min', () => {
    const asked = { ...refusal(429), retryAfterMs: 60_000 } as Answer
    expect(queueAfter(RESTING, asked, NOW, 0).notBefore).toBe(NOW + 60_000)
    const years = { ...refusal(503), retryAfterMs: 1e12 } as Answer
    expect(queueAfter(RESTING, years, NOW, 0).notBefore).toBe(NOW + LONGEST_WAIT_MS)
  })

  test('success ends it', () => {
    const queue: Queue = { tries: 9, notBefore: NOW + 1, paused: null }
    expect(queueAfter(queue, { kind: 'ours', status: 200 }, NOW, 0)).toEqual(RESTING)
  })
})

describe('a push', () => {
  test('takes the oldest first, of this person only, and not too many', () => {
    const many = Array.from({ length: BATCH + 5 }, (_, n) => ready(`${n}`, { savedAt: NOW - n }))
    const found = toPush(
      [...many, ready('hers', { person: 'alice', savedAt: 0 })],
      RESTING,
      'bob',
      NOW,
    )
    expect(found).toHaveLength(BATCH)
    expect(found[0]?.id).toBe(`${BATCH + 4}`)
    expect(toPush(many, RESTING, null, NOW)).toEqual([])
  })

  test('only a result with our operation id moves an item on', () => {
    const [one, two, three] = [ready('1'), ready('2'), ready('3')]
    const after = afterPush(
      [one, two, three],
      [said(one, 'applied'), said(two, 'duplicate'), { ...said(three, 'applied'), opId: 'else' }],
      WORD,
      NOW,
    )
    expect(after.map(({ state }) => state)).toEqual(['received', 'received', 'ready'])
  })

  test('a refusal and a conflict park with their reason; one of the moment stays ready', () => {
    const [one, two, three] = [ready('1'), ready('2'), ready('3')]
    const errors = [
      { code: 'severity_range', detail: 'เลือก 1 ถึง 5', attr: 'operations[0].properties.severity' },
    ]
    const after = afterPush(
      [one, two, three],
      [
        said(one, 'refused', { errors }),
        said(two, 'conflict'),
        said(three, 'refused', { retryAfterMs: 60_000 }),
      ],
      WORD,
      NOW,
    )
    expect(after.map(({ state }) => state)).toEqual(['parked', 'parked', 'ready'])
    expect(after[0]).toMatchObject({ reason: errors[0] })
  })
})

function received(id: string, more: Partial<Item> = {}): Item {
  return {
    ...ready(id),
    state: 'received',
    receivedAt: NOW,
    generation: 'g',
    through: 10,
    receipt: null,
    ...more,
  } as Item
}

describe('photos', () => {
  test('follow their pin, one by one, and only of this person', () => {
    expect(nextPhoto([ready('1')], RESTING, 'bob', NOW)).toBeNull()
    expect(nextPhoto([received('1')], RESTING, 'bob', NOW)?.photo.id).toBe('photo-1')
    expect(nextPhoto([received('1')], RESTING, 'alice', NOW)).toBeNull()
    expect(nextPhoto(photoDone([received('1')], 'photo-1', WORD), RESTING, 'bob', NOW)).toBeNull()
  })

  test('a pin whose photo is under way still waits, and is not safe', () => {
    expect(isWaiting(received('1'))).toBe(true)
    const durable = { ...WORD, durableThrough: 99 }
    expect(afterWord([received('1')], durable, NOW)[0]?.state).toBe('received')
    const whole = photoDone([received('1')], 'photo-1', WORD)
    expect(isWaiting(whole[0] as Item)).toBe(false)
    expect(afterWord(whole, durable, NOW)[0]?.state).toBe('safe')
  })

  test('a photo that came later than its pin makes the pin safe only with a later backup', () => {
    const whole = photoDone([received('1')], 'photo-1', { ...WORD, receivedThrough: 50 })
    expect(afterWord(whole, { ...WORD, durableThrough: 49 }, NOW)[0]?.state).toBe('received')
    expect(afterWord(whole, { ...WORD, durableThrough: 50 }, NOW)[0]?.state).toBe('safe')
  })

  test('its bytes are forgotten after 30 days and never before it has arrived', () => {
    const whole = photoDone([received('1')], 'photo-1', WORD)
    expect(photosToForget(whole, NOW + 29 * DAY_MS)).toEqual([])
    expect(photosToForget(whole, NOW + 30 * DAY_MS)).toEqual(['photo-1'])
    expect(photosToForget([received('1'), ready('2')], NOW + 999 * DAY_MS)).toEqual([])
  })
})

describe('what the server does not take', () => {
  const lost = photoDone([received('1')], 'photo-1', WORD, true, 'too many pixels')

  test('is said with its reason, kept, and sent again when its person wants so', () => {
    expect(lost[0]?.photos[0]).toMatchObject({ sent: true, lost: true, why: 'too many pixels' })
    expect(nextPhoto(lost, RESTING, 'bob', NOW)).toBeNull()
    expect(photosToForget(lost, NOW + 99 * DAY_MS)).toEqual([])
    const again = lost.map(photosReleased)
    expect(nextPhoto(again, RESTING, 'bob', NOW)?.photo.id).toBe('photo-1')
    expect(isWaiting(again[0] as Item)).toBe(true)
  })

  test('is sent again too where a backup has the rest already', () => {
    const safe = afterWord(lost, { ...WORD, durableThrough: 10 }, NOW)
    expect(safe[0]?.state).toBe('safe')
    expect(nextPhoto(safe.map(photosReleased), RESTING, 'bob', NOW)?.photo.id).toBe('photo-1')
  })
})

test('a voice note follows its pin like a photo, and says what it is', () => {
  const file = { id: 'v', sha256: 's', bytes: 1 }
  const draft = {
    ...newDraft('d', ''),
    place: { kind: 'village' as const },
    village: { code: '58010101', name_th: 'x', name_en: 'x' },
    category: 'road',
    severity: 3 as const,
    people: 'unsure' as const,
    voice: file,
  }
  const item = itemOf(draft, 'op', null, NOW)
  expect(item.body?.properties.recordings).toEqual([file])
  expect(item.body?.properties.photos).toBeUndefined()
  expect(item.photos).toEqual([{ ...file, kind: 'voice', sent: false }])
})

describe('a restored server', () => {
  const other: Through = { generation: 'h', receivedThrough: 3, durableThrough: 3 }
  test('gets everything again that is not safe, or came within 30 days, photos too', () => {
    const [whole] = photoDone([received('1')], 'photo-1', WORD) as [Item]
    const safe = { ...whole, id: '2', state: 'safe' } as Item
    const after = afterWord([whole, safe], other, NOW + DAY_MS)
    expect(after.map(({ state }) => state)).toEqual(['ready', 'ready'])
    expect(after[0]?.photos[0]?.sent).toBe(false)
    expect(after[0]?.opId).toBe('op-1')
  })

  test('that is met while a photo is on its way gets the pin again too', () => {
    const after = afterWord(photoDone([received('1')], 'photo-1', other), other, NOW)
    expect(after[0]).toMatchObject({ state: 'ready', photos: [{ sent: false }] })
  })

  test('does not get what was safe long ago', () => {
    const safe = { ...photoDone([received('1')], 'photo-1', WORD)[0], state: 'safe' } as Item
    expect(afterWord([safe], other, NOW + 31 * DAY_MS)[0]?.state).toBe('safe')
    expect(afterWord([received('1')], other, NOW + 400 * DAY_MS)[0]?.state).toBe('ready')
  })

  test('without a backup nothing is ever safe', () => {
    const whole = photoDone([received('1')], 'photo-1', WORD)
    expect(afterWord(whole, WORD, NOW + 999 * DAY_MS)[0]?.state).toBe('received')
  })
})

test('what has waited a day is worth a warning', () => {
  expect(waitsTooLong([ready('1')], NOW + DAY_MS)).toBe(false)
  expect(waitsTooLong([ready('1')], NOW + DAY_MS + 1)).toBe(true)
  expect(waitsTooLong(photoDone([received('1')], 'photo-1', WORD), NOW + 9 * DAY_MS)).toBe(false)
})

describe('whatever happens', () => {
  /** A small linear congruential generator: the same story each time (Knuth, TAOCP 2, 3.3.4). */
  function chances(seed: number): () => number {
    let state = seed
    return () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      return state / 2 ** 32
    }
  }

  test.each(Array.from({ length: 200 }, (_, seed) => seed))(
    'nothing is lost and nothing stays stuck (story %i)',
    (seed) => {
      const chance = chances(seed)
      const server = new Map<string, number>() // op: how often it was applied
      let generation = 'g0'
      let items: Item[] = []
      let queue: Queue = RESTING
      let now = NOW
      let made = 0
      const word = (): Through => ({
        generation,
        receivedThrough: server.size,
        durableThrough: chance() < 0.5 ? server.size : null,
      })
      const step = (calm: boolean) => {
        now += Math.floor(chance() * 60_000)
        if (!calm && chance() < 0.3) items = [...items, ready(`${made++}`, { savedAt: now })]
        if (!calm && chance() < 0.03) {
          server.clear()
          generation = `g${now}`
        }
        if (queue.paused && chance() < 0.5) queue = RESTING
        const pushed = toPush(items, queue, 'bob', now)
        if (pushed.length) {
          const luck = calm ? 1 : chance()
          if (luck < 0.5) {
            if (luck < 0.2)
              for (const { opId } of pushed) server.set(opId, (server.get(opId) ?? 0) + 1) // answer lost
            const bad: Answer[] = [
              { kind: 'network' },
              { kind: 'foreign', status: 200 },
              refusal(503),
              refusal(401, 'not_authenticated'),
              refusal(429),
            ]
            const answer = bad[Math.floor(chance() * bad.length)] as Answer
            items = afterFailure(items, pushed, answer, now)
            queue = queueAfter(queue, answer, now, chance())
          } else {
            const results = pushed.map((item) => {
              const there = server.has(item.opId)
              server.set(item.opId, 1)
              return said(item, there ? 'duplicate' : 'applied')
            })
            items = afterWord(afterPush(items, results, word(), now), word(), now)
            queue = queueAfter(queue, { kind: 'ours', status: 200 }, now, chance())
          }
        }
        const next = nextPhoto(items, queue, 'bob', now)
        if (next && (calm || chance() < 0.7)) items = photoDone(items, next.photo.id, word())
      }
      for (let n = 0; n < 60; n++) step(false)
      // The server tells of its generation with each word: whoever comes back to it hears of a restore.
      items = afterWord(items, { ...word(), durableThrough: null }, now)
      for (let n = 0; n < 400; n++) {
        queue = now < queue.notBefore ? { ...queue, notBefore: now } : queue
        step(true)
      }
      expect(items).toHaveLength(made)
      for (const item of items) {
        expect(['received', 'safe']).toContain(item.state)
        expect(server.has(item.opId)).toBe(true)
        expect(isWaiting(item)).toBe(false)
      }
    },
  )
})
