// How a pin's place and its log are said. Pure but for the words.

import type { Pin } from '../api'
import { areaName, type NamedArea } from '../areas'
import { day, language, msg, t } from '../i18n'
import { statusWord } from '../words'
import type { KnownAreas } from './sentence'
import type { Entry } from './timeline'

type Level = 'village' | 'subdistrict' | 'district' | 'province'

/** A pin that stands alone brings its names along, one in a list only its codes. */
function named(properties: Pin['properties'], level: Level, areas: KnownAreas): NamedArea | null {
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
export function placeOf(
  properties: Pin['properties'],
  within: string,
  known: KnownAreas = new Map(),
): string {
  const levels: Level[] = ['village', 'subdistrict', 'district', 'province']
  const areas = levels
    .filter((level) => level !== 'village' || properties.village_source === 'chosen')
    .map((level) => named(properties, level, known))
    .filter((area): area is NamedArea => !!area && area.code.length > Math.min(within.length, 6))
  const smallest = named(properties, 'subdistrict', known) ?? named(properties, 'province', known)
  const shown = areas.length || !smallest ? areas : [smallest]
  return shown.map((area) => areaName(area, language())).join(language() === 'th' ? ' ' : ', ')
}

const KINDS: Record<string, string> = {
  reported: msg('office.entry.reported'),
  edited: msg('office.entry.edited'),
  moved: msg('office.entry.moved'),
  joined: msg('office.entry.joined'),
  parted: msg('office.entry.parted'),
  photo: msg('office.entry.photo'),
  confirmed: msg('office.entry.confirmed'),
  checked: msg('office.entry.checked'),
  note: msg('office.entry.note'),
}

/** One line of the timeline; a step back from done or closed is a reopening. */
export function entryWords(entry: Entry): string {
  if (entry.kind === 'status' && entry.to) {
    const reopened =
      entry.to === 'verified' && (entry.from === 'done' || entry.from === 'closed_without_fix')
    return reopened ? t('office.entry.reopened') : statusWord(entry.to)
  }
  if (entry.meeting) return meetingWords(entry.meeting)
  const id = KINDS[entry.kind]
  return id ? t(id) : t('office.entry.other')
}

function meetingWords({ held_on, hands, new: isNew }: NonNullable<Entry['meeting']>): string {
  if (typeof hands !== 'number') return t('office.entry.meeting', { day: day(held_on) })
  const said = { day: day(held_on), n: hands }
  return isNew ? t('office.entry.meeting_hands', said) : t('office.entry.meeting_confirmed', said)
}
