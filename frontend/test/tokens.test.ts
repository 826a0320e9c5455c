import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const css = readFileSync(join(import.meta.dirname, '../src/tokens.css'), 'utf8')
const categories: { groups: { slug: string; colour: string }[] } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../mapping/categories.json'), 'utf8'),
)

/** The colours of one block, such as `:root {` or `:root[data-theme='dark'] {`. */
function block(start: string): Record<string, string> {
  const from = css.indexOf(start)
  const text = css.slice(from, css.indexOf('}', from))
  return Object.fromEntries(
    [...text.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/g)].map((match) => [match[1], match[2]]),
  )
}

const light = block(':root {')
const themes = {
  light,
  dark: { ...light, ...block(":root[data-theme='dark'] {") },
  outdoor: { ...light, ...block(":root[data-theme='outdoor'] {") },
}

function luminance(colour = ''): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function contrast(a: string | undefined, b: string | undefined): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return (light + 0.05) / (dark + 0.05)
}

describe.each(Object.entries(themes))('the %s theme', (_name, colours) => {
  test('body text is AAA on every ground', () => {
    for (const ground of ['paper', 'surface', 'sunken'])
      expect(contrast(colours.ink, colours[ground])).toBeGreaterThanOrEqual(7)
  })

  test('soft text, links and attention are AA', () => {
    for (const ground of ['paper', 'surface', 'sunken'])
      for (const text of ['ink-soft', 'action', 'attention'])
        expect(contrast(colours[text], colours[ground])).toBeGreaterThanOrEqual(4.5)
    expect(contrast(colours['on-action'], colours.action)).toBeGreaterThanOrEqual(4.5)
    expect(contrast(colours['on-attention'], colours.attention)).toBeGreaterThanOrEqual(4.5)
    expect(contrast(colours.attention, colours['attention-tint'])).toBeGreaterThanOrEqual(4.5)
    expect(contrast(colours.ink, colours['action-tint'])).toBeGreaterThanOrEqual(7)
  })

  test('the edge of a field can be seen', () => {
    expect(contrast(colours['line-strong'], colours.surface)).toBeGreaterThanOrEqual(3)
  })
})

describe('the need ramp', () => {
  const lightness = [1, 2, 3, 4, 5].map((n) => {
    // L* of CIELAB: what grey print keeps of a colour.
    const y = luminance(light[`need-${n}`])
    return 116 * Math.cbrt(y) - 16
  })

  test('darkens in even steps, so its order survives grey print', () => {
    const steps = lightness.slice(1).map((value, at) => (lightness[at] ?? 0) - value)
    for (const step of steps) expect(step).toBeGreaterThan(12)
    expect(Math.max(...steps) / Math.min(...steps)).toBeLessThan(1.35)
  })

  test('carries readable figures', () => {
    for (const n of [1, 2, 3, 4, 5])
      expect(contrast(light[`on-need-${n}`], light[`need-${n}`])).toBeGreaterThanOrEqual(4.5)
  })
})

describe('the groups of categories', () => {
  test('have the colours that the data have', () => {
    for (const { slug, colour } of categories.groups)
      expect(light[`group-${slug}`]).toBe(colour.toLowerCase())
  })

  test('carry a pictogram that can be seen', () => {
    for (const { slug } of categories.groups)
      expect(contrast(light[`on-group-${slug}`], light[`group-${slug}`])).toBeGreaterThanOrEqual(
        4.5,
      )
  })
})

test('dark is the same by choice and by the device', () => {
  expect(block(':root:not([data-theme]) {')).toEqual(block(":root[data-theme='dark'] {"))
})
