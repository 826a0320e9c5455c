import { describe, expect, test } from 'vitest'
import { SEARCH_MS, type Search, type SearchEvent, search } from '../src/phone/position'

const run = (...events: SearchEvent[]) =>
  events.reduce<Search>((state, event) => search(state, event), { state: 'idle' })
const fix = (accuracyM: number, now: number): SearchEvent => ({
  type: 'fix',
  fix: { lng: 97.9, lat: 19.3, accuracyM },
  now,
})
const start: SearchEvent = { type: 'start', now: 0 }

describe('looking for where I am', () => {
  test('keeps the best fix, not the last', () => {
    const state = run(start, fix(400, 1000), fix(35, 3000), fix(90, 5000))
    expect(state).toMatchObject({ state: 'searching', best: { accuracyM: 35 } })
  })

  test('goes on for 20 seconds', () => {
    expect(run(start, fix(35, 3000), { type: 'tick', now: SEARCH_MS - 1 }).state).toBe('searching')
    expect(run(start, fix(35, 3000), { type: 'tick', now: SEARCH_MS })).toMatchObject({
      state: 'found',
      best: { accuracyM: 35 },
    })
  })

  test('ends early when it cannot get much better', () => {
    expect(run(start, fix(6, 2000)).state).toBe('found')
  })

  test('ends at once when the map is moved by hand, and later fixes change nothing', () => {
    expect(run(start, fix(35, 1000), { type: 'moved' }, fix(5, 2000))).toEqual({ state: 'idle' })
  })

  test('says so when there was nothing', () => {
    expect(run(start, { type: 'tick', now: SEARCH_MS })).toEqual({
      state: 'failed',
      why: 'unavailable',
    })
    expect(run(start, { type: 'denied' })).toEqual({ state: 'failed', why: 'denied' })
  })

  test('a lost satellite does not throw away what was found', () => {
    expect(run(start, fix(35, 1000), { type: 'unavailable' }).state).toBe('found')
  })

  test('waiting longer starts from what was found', () => {
    const again = run(
      start,
      fix(80, 1000),
      { type: 'tick', now: SEARCH_MS },
      { type: 'start', now: 30_000 },
    )
    expect(again).toMatchObject({ state: 'searching', best: { accuracyM: 80 } })
  })
})
