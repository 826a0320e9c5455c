// The length of the scale bar. Pure.

const EARTH_M = 40_075_016.686

/** Metres on the ground under one CSS pixel of a web map. */
export function metresPerPixel(lat: number, zoom: number): number {
  return (EARTH_M * Math.cos((lat * Math.PI) / 180)) / (256 * 2 ** zoom)
}

/** The longest round distance (1, 2 or 5 times a power of ten) that fits in `maxPx`. */
export function roundDistance(maxPx: number, mPerPx: number): { metres: number; px: number } {
  const most = maxPx * mPerPx
  const power = 10 ** Math.floor(Math.log10(most))
  const metres = ([5, 2, 1].find((step) => step * power <= most) ?? 1) * power
  return { metres, px: metres / mPerPx }
}
