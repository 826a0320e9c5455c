import { describe, expect, test } from 'vitest'
import { stopFollowing, tokenOf } from '../src/unsubscribe/stop'

const answering = (status: number, body: unknown): typeof fetch =>
  (() => Promise.resolve(new Response(JSON.stringify(body), { status }))) as typeof fetch

describe('ending what one follows', () => {
  test('the token is what stands behind the #', () => {
    expect(tokenOf('#abc:def')).toBe('abc:def')
    expect(tokenOf('')).toBe('')
  })

  test('an answer ends it', async () => {
    expect(await stopFollowing('a', 'th', answering(200, {}))).toEqual({ state: 'ended' })
  })

  test('a refusal is said in its own words', async () => {
    const refusal = answering(404, { errors: [{ detail: 'not complete' }] })
    expect(await stopFollowing('a', 'en', refusal)).toEqual({
      state: 'failed',
      words: 'not complete',
    })
  })

  test('no connection is no end', async () => {
    const gone = (() => Promise.reject(new TypeError('network'))) as typeof fetch
    expect(await stopFollowing('a', 'th', gone)).toEqual({ state: 'failed', words: null })
  })

  test('a token cannot lead to another address', async () => {
    let asked = ''
    const keep = ((address: string) => {
      asked = address
      return Promise.resolve(new Response('{}'))
    }) as typeof fetch
    await stopFollowing('../pins/x', 'th', keep)
    expect(asked).toBe('/api/v1/unsubscribe/..%2Fpins%2Fx')
  })
})
