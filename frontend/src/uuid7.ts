type Fill = (bytes: Uint8Array<ArrayBuffer>) => Uint8Array

/**
 * A UUID of version 7 (RFC 9562): the first 48 bits are the time in ms, so ids made one after
 * another stay close together in the index of the table that keeps them.
 */
export function uuid7(
  now: number = Date.now(),
  fill: Fill = (bytes) => crypto.getRandomValues(bytes),
): string {
  const bytes = new Uint8Array(16)
  fill(bytes)
  const view = new DataView(bytes.buffer)
  view.setUint16(0, Math.floor(now / 2 ** 32))
  view.setUint32(2, now % 2 ** 32)
  view.setUint8(6, (view.getUint8(6) & 0x0f) | 0x70)
  view.setUint8(8, (view.getUint8(8) & 0x3f) | 0x80)
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
