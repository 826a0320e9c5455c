/**
 * The place that a camera wrote into its JPEG: GPSLatitude and GPSLongitude of Exif 2.32 (CIPA DC-008), §4.6.6.
 * Everything else in the file is left alone, and none of it is ever sent.
 */
const HEAD_BYTES = 131_072 // APP1 stands first and is 64 KiB at most
const GPS_IFD = 0x8825

export async function placeOf(photo: Blob): Promise<{ lng: number; lat: number } | null> {
  try {
    return readPlace(new DataView(await photo.slice(0, HEAD_BYTES).arrayBuffer()))
  } catch {
    return null // cut short, or written by a hand that knows no rules
  }
}

function readPlace(view: DataView): { lng: number; lat: number } | null {
  if (view.getUint16(0) !== 0xffd8) return null
  for (let at = 2; view.getUint8(at) === 0xff && view.getUint8(at + 1) !== 0xda; ) {
    const length = view.getUint16(at + 2)
    // APP1 with "Exif", before which XMP may stand in another APP1
    if (view.getUint8(at + 1) === 0xe1 && view.getUint32(at + 4) === 0x45786966)
      return readTiff(view, at + 10)
    at += 2 + length
  }
  return null
}

function readTiff(view: DataView, start: number): { lng: number; lat: number } | null {
  const little = view.getUint16(start) === 0x4949
  const u16 = (at: number) => view.getUint16(start + at, little)
  const u32 = (at: number) => view.getUint32(start + at, little)

  /** Of each tag in a directory, where its value or the pointer to it stands. */
  const tagsOf = (at: number) =>
    new Map(Array.from({ length: u16(at) }, (_, n) => [u16(at + 2 + 12 * n), at + 10 + 12 * n]))

  const pointer = tagsOf(u32(4)).get(GPS_IFD)
  if (pointer === undefined) return null
  const gps = tagsOf(u32(pointer))

  /** Degrees, minutes and seconds, as fractions; south and west are negative. */
  const degrees = (reference: number, negative: string) => {
    const [side, value] = [gps.get(reference), gps.get(reference + 1)]
    if (side === undefined || value === undefined) return Number.NaN
    const [d = 0, m = 0, s = 0] = [0, 8, 16].map(
      (more) => u32(u32(value) + more) / u32(u32(value) + more + 4),
    )
    const sum = d + m / 60 + (s || 0) / 3600
    return String.fromCharCode(view.getUint8(start + side)) === negative ? -sum : sum
  }
  const lat = degrees(1, 'S')
  const lng = degrees(3, 'W')
  return Math.abs(lat) <= 90 && Math.abs(lng) <= 180 ? { lng, lat } : null
}
