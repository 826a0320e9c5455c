// What the map says about a thing that is pointed at.

import type { Category } from '../api'
import { areaName, type NamedArea } from '../areas'
import { language, nameOf, number, t } from '../i18n'
import { categoryGlyph, groupColours } from '../icons/categories'
import { classOf } from '../map/classes'
import type { MapWords } from '../map/office'
import type { AreaShape } from '../map/shapes'
import { severityWord } from '../words'
import { digitsFor } from './adding'
import { classWord } from './legend'

/** Under a heading that names the level: ต.ผาบ่อง, but Pha Bong and not Pha Bong Subdistrict. */
export function bareName(area: NamedArea): string {
  return language() === 'en' && area.name_en ? area.name_en : areaName(area, language())
}

export function scoreWords(score: number, basis: 'per_1000' | 'total'): string {
  const digits = digitsFor(basis)
  return number(score, { minimumFractionDigits: digits, maximumFractionDigits: digits })
}

function aboutArea({ properties: area }: AreaShape): string[] {
  const lines = [areaName(area, language(), 'long')]
  if (area.pins === 0) return [...lines, t('office.silent')]
  lines.push(t('office.tip.unmet', { n: area.unmet, all: area.pins }))
  if (area.score === null) return [...lines, t('office.no_population')]
  const measure = area.basis === 'total' ? 'total' : 'score'
  const values = {
    score: scoreWords(area.score, area.basis),
    word: classWord(classOf(area.score, measure)),
  }
  lines.push(area.basis === 'total' ? t('office.tip.total', values) : t('office.tip.score', values))
  if (area.rank !== null) lines.push(t('office.tip.rank', { rank: area.rank }))
  return lines
}

function aboutCell(pins: number, weighted: number, km2: number): string[] {
  const density = (weighted / km2) * 100
  if (weighted === 0) return [t('office.tip.cell', { n: pins }), t('office.legend.met')]
  return [
    t('office.tip.cell', { n: pins }),
    t('office.tip.density', {
      density: number(density, { maximumFractionDigits: 0 }),
      word: classWord(classOf(density, 'density')),
    }),
    t('office.tip.cell_open'),
  ]
}

export function mapWords(bySlug: () => ReadonlyMap<string, Category>): MapWords {
  return {
    nameOf: ({ properties }) => bareName(properties),
    nameAround: (area) => areaName(area, language()),
    aboutArea,
    aboutCell,
    look(pin) {
      const category = bySlug().get(pin.category)
      const { d, box } = categoryGlyph(pin.category)
      const { ground, ink } = groupColours(category?.group ?? 'other')
      const words = t('office.tip.pin', {
        number: pin.number,
        category: category ? nameOf(category) : pin.category,
        severity: severityWord(pin.severity),
      })
      const label = pin.checked ? words : `${words} · ${t('office.pin.unchecked')}`
      return { ground, ink, path: d, side: box, label }
    },
    crowd: (count) => t('office.tip.crowd', { n: count }),
    thousands: () => t('office.tip.thousands'),
  }
}
