// The filter in plain words, as it stands under the bar, in a download's name and on paper.

import type { Area, Categories } from '../api'
import { areaName } from '../areas'
import type { Filter } from '../filters'
import { day, language, msg, nameOf, t } from '../i18n'
import { severityWord, statusWord } from '../words'
import { lastDayOf } from './days'

export type KnownAreas = ReadonlyMap<string, Pick<Area, 'code' | 'name_th' | 'name_en'>>

const GROUP_STATUS: Record<string, string> = {
  open: msg('office.status.open'),
  unmet: msg('office.status.unmet'),
}

export function statusOrGroup(status: string): string {
  const id = GROUP_STATUS[status]
  return id ? t(id) : statusWord(status)
}

export function areaWords(code: string, areas: KnownAreas, style: 'short' | 'long' = 'long') {
  if (!code) return t('office.country')
  const area = areas.get(code)
  return area ? areaName(area, language(), style) : code
}

/** ต.ผาบ่อง อ.เมืองแม่ฮ่องสอน จ.แม่ฮ่องสอน */
export function wholePlace(code: string, areas: KnownAreas): string {
  const names: string[] = []
  for (let digits = code.length; digits >= 2; digits -= 2) {
    names.push(areaWords(code.slice(0, digits), areas, digits === code.length ? 'long' : 'short'))
  }
  return names.join(language() === 'th' ? ' ' : ', ') || t('office.country')
}

export function severityRange([least, most]: readonly [number, number]): string {
  if (least === most) return t('office.severity.one', { n: least, word: severityWord(least) })
  if (most === 5) return t('office.severity.from', { n: least })
  return t('office.severity.range', { least, most })
}

const QUEUE_WORDS: Record<string, string> = {
  new: msg('office.queue.new'),
  reopened: msg('office.queue.reopened'),
  unchecked: msg('office.queue.unchecked'),
  duplicates: msg('office.queue.duplicates'),
  overdue: msg('office.queue.overdue'),
  outside: msg('office.queue.outside'),
  conflicts: msg('office.queue.conflicts'),
}
export const QUEUE_PARTS: readonly string[] = Object.keys(QUEUE_WORDS)

export function queueWord(part: string): string {
  const id = QUEUE_WORDS[part]
  return id ? t(id) : part
}

/** Each part of the filter but the area, in its own words. */
export function filterParts(filter: Filter, categories: Categories | null): string[] {
  const parts: string[] = []
  if (filter.category) {
    const names = filter.category.map((slug) => {
      const known = categories?.categories.find((category) => category.slug === slug)
      return known ? nameOf(known) : slug
    })
    parts.push(t('office.said.category', { names: names.join(language() === 'th' ? ' / ' : ', ') }))
  }
  if (filter.status) {
    const names = filter.status.map(statusOrGroup)
    parts.push(t('office.said.status', { names: names.join(language() === 'th' ? ' / ' : ', ') }))
  }
  if (filter.severity) parts.push(severityRange(filter.severity))
  if (filter.queue) parts.push(t('office.said.queue', { part: queueWord(filter.queue) }))
  if (filter.since && filter.until) {
    parts.push(
      t('office.said.between', { since: day(filter.since), until: day(lastDayOf(filter.until)) }),
    )
  } else if (filter.since) parts.push(t('office.said.since', { since: day(filter.since) }))
  else if (filter.until) parts.push(t('office.said.until', { until: day(lastDayOf(filter.until)) }))
  if (filter.q) parts.push(t('office.said.q', { q: filter.q }))
  if (filter.bbox) parts.push(t('office.said.bbox'))
  return parts
}

/** One line: where, and what of it. */
export function inWords(filter: Filter, areas: KnownAreas, categories: Categories | null): string {
  const parts = filterParts(filter, categories)
  const what = parts.length ? parts.join(' · ') : t('office.said.everything')
  return `${wholePlace(filter.area ?? '', areas)} · ${what}`
}
