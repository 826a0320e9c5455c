// Which names fit on a map without lying over each other. Pure.

export interface Label {
  x: number
  y: number // middle of the words, in pixels
  width: number
  height: number
}

/** Thai words have no spaces and tall marks; this is wide enough for both scripts. */
export function widthOf(text: string, fontPx: number): number {
  let units = 0
  for (const sign of text.normalize('NFC')) {
    if (/[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]/.test(sign)) continue // stands above or below
    units += sign === ' ' || sign === '.' ? 0.3 : 0.62
  }
  return Math.ceil(units * fontPx)
}

/**
 * Indices of the labels to show; the first in the list wins where two would touch, and what
 * stands on the map already wins over every label.
 */
export function labelsThatFit(
  labels: readonly Label[],
  { standing = [], gap = 4 }: { standing?: readonly Label[]; gap?: number } = {},
): Set<number> {
  const placed: Label[] = [...standing]
  const shown = new Set<number>()
  labels.forEach((label, index) => {
    const touches = placed.some(
      (other) =>
        Math.abs(other.x - label.x) < (other.width + label.width) / 2 + gap &&
        Math.abs(other.y - label.y) < (other.height + label.height) / 2 + gap,
    )
    if (touches) return
    placed.push(label)
    shown.add(index)
  })
  return shown
}
