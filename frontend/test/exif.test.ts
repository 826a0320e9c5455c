import { describe, expect, test } from 'vitest'
import { placeOf } from '../src/phone/exif'

/** A JPEG that ends after its Exif, by the rules of Exif 2.32, little- or big-endian. */
function jpeg(
  lat: readonly [string, ...number[]],
  lng: readonly [string, ...number[]],
  { little = true, before = [] as number[] } = {},
): Blob {
  const tiff = new DataView(new ArrayBuffer(200))
  const u16 = (at: number, value: number) => tiff.setUint16(at, value, little)
  const u32 = (at: number, value: number) => tiff.setUint32(at, value, little)
  tiff.setUint16(0, little ? 0x4949 : 0x4d4d)
  u16(2, 42)
  u32(4, 8)
  u16(8, 1) // one tag: where the GPS directory stands
  for (const [at, value] of [
    [10, 0x8825],
    [12, 4],
  ] as const)
    u16(at, value)
  u32(14, 1)
  u32(18, 26)
  u16(26, 4)
  const entries: [number, number, number][] = [
    [1, 2, 2],
    [2, 5, 3],
    [3, 2, 2],
    [4, 5, 3],
  ]
  for (const [n, [tag, type, count]] of entries.entries()) {
    const at = 28 + 12 * n
    u16(at, tag)
    u16(at + 2, type)
    u32(at + 4, count)
    if (tag % 2) tiff.setUint8(at + 8, (tag === 1 ? lat : lng)[0].charCodeAt(0))
    else u32(at + 8, tag === 2 ? 100 : 130)
  }
  for (const [start, [, ...parts]] of [
    [100, lat],
    [130, lng],
  ] as const)
    for (const [n, part] of parts.entries()) {
      u32(start + 8 * n, Math.round(part * 100))
      u32(start + 8 * n + 4, 100)
    }
  const head = [0xff, 0xd8, ...before, 0xff, 0xe1, 0, 208, 0x45, 0x78, 0x69, 0x66, 0, 0]
  return new Blob([new Uint8Array(head), tiff.buffer])
}

describe('the place in a photo', () => {
  test.each([true, false])('is read, little-endian: %s', async (little) => {
    const found = await placeOf(jpeg(['N', 19, 18, 1.08], ['E', 97, 58, 6.24], { little }))
    expect(found?.lat).toBeCloseTo(19.3003, 5)
    expect(found?.lng).toBeCloseTo(97.9684, 5)
  })

  test('south and west are negative', async () => {
    const found = await placeOf(jpeg(['S', 33, 30, 0], ['W', 70, 45, 0]))
    expect(found).toEqual({ lat: -33.5, lng: -70.75 })
  })

  test('stands behind another segment too', async () => {
    const before = [0xff, 0xe0, 0, 4, 1, 2]
    expect(await placeOf(jpeg(['N', 19, 0, 0], ['E', 98, 0, 0], { before }))).toEqual({
      lat: 19,
      lng: 98,
    })
  })

  test('is nothing where there is none, where it is impossible, and wherever the file is cut', async () => {
    expect(await placeOf(new Blob(['not a photo']))).toBeNull()
    expect(await placeOf(new Blob([]))).toBeNull()
    expect(await placeOf(new Blob([new Uint8Array([0xff, 0xd8, 0xff, 0xda, 0, 2])]))).toBeNull()
    expect(await placeOf(jpeg(['N', 119, 0, 0], ['E', 98, 0, 0]))).toBeNull()
    const whole = jpeg(['N', 19, 0, 0], ['E', 98, 0, 0])
    for (let bytes = 0; bytes < 160; bytes += 3)
      expect(await placeOf(whole.slice(0, bytes))).toBeNull()
  })
})
