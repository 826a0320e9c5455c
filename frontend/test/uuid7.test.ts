import { expect, test } from 'vitest'
import { uuid7 } from '../src/uuid7'

test('the example of RFC 9562 comes out digit by digit', () => {
  const random = [0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f]
  const fill = (bytes: Uint8Array) => {
    bytes.set(random, 6)
    return bytes
  }
  expect(uuid7(0x017f22e279b0, fill)).toBe('017f22e2-79b0-7cc3-98c4-dc0c0c07398f')
})

test('ids sort by the time they were made', () => {
  const ids = [1, 1_000, 1_700_000_000_000, 1_800_000_000_000].map((now) => uuid7(now))
  expect([...ids].sort()).toEqual(ids)
})

test('two made in the same millisecond differ', () => {
  expect(uuid7(5)).not.toBe(uuid7(5))
})
