// How a pin's place is said. Pure but for the words.

import type { Pin } from '../api'
import { areaName, type NamedArea } from '../areas'
import { language } from '../i18n'
import type { KnownAreas } from './sentence'

type Placed = Pick<
  Pin['properties'],
  'village' | 'subdistrict' | 'district' | 'province' | 'names' | 'village_source'
>
type Level = 'village' | 'subdistrict' | 'district' | 'province'

/** A pin that stands alone brings its names along, one in a list only its codes. */
function named(properties: Placed, level: Level, areas: KnownAreas): NamedArea | null {
  const code = properties[level]
  if (!code) return null
  const names = properties.names?.[level]
  return names ? { code, name_th: names.th, name_en: names.en } : (areas.get(code) ?? null)
}

/** The codes whose names a list of pins needs. */
export function codesOf(pins: readonly Pin[]): string[] {
  const codes = pins.flatMap(({ properties: p }) => [
    p.village_source === 'chosen' ? p.village : null,
    p.subdistrict,
    p.district,
    p.province,
  ])
  return [...new Set(codes.filter((code): code is string => !!code))]
}

/** บ้านห้วยเดื่อ ต.ผาบ่อง อ.เมืองแม่ฮ่องสอน: down from what the screen already says. */
export function placeOf(properties: Placed, within: string, known: KnownAreas = new Map()): string {
  const levels: Level[] = ['village', 'subdistrict', 'district', 'province']
  const areas = levels
    .filter((level) => level !== 'village' || properties.village_source === 'chosen')
    .map((level) => named(properties, level, known))
    .filter((area): area is NamedArea => !!area && area.code.length > Math.min(within.length, 6))
  const smallest = named(properties, 'subdistrict', known) ?? named(properties, 'province', known)
  const shown = areas.length || !smallest ? areas : [smallest]
  return shown.map((area) => areaName(area, language())).join(language() === 'th' ? ' ' : ', ')
}
