/** The words of fixed scales, by message id; the words of categories and areas come as data. */
import { msg, t } from './i18n'

export const STATUSES = [
  'reported',
  'verified',
  'forwarded',
  'planned',
  'funded',
  'in_progress',
  'done',
  'confirmed',
  'closed_without_fix',
  'withdrawn',
] as const
export type Status = (typeof STATUSES)[number]

const STATUS_IDS: Record<Status, string> = {
  reported: msg('common.status.reported'),
  verified: msg('common.status.verified'),
  forwarded: msg('common.status.forwarded'),
  planned: msg('common.status.planned'),
  funded: msg('common.status.funded'),
  in_progress: msg('common.status.in_progress'),
  done: msg('common.status.done'),
  confirmed: msg('common.status.confirmed'),
  closed_without_fix: msg('common.status.closed_without_fix'),
  withdrawn: msg('common.status.withdrawn'),
}

/** A status this page does not know yet is shown as it came. */
export function statusWord(status: string): string {
  const known = STATUSES.find((name) => name === status)
  return known ? t(STATUS_IDS[known]) : status
}

export const SEVERITIES = [1, 2, 3, 4, 5] as const
export type Severity = (typeof SEVERITIES)[number]

const SEVERITY_IDS: Record<Severity, string> = {
  1: msg('common.severity.1'),
  2: msg('common.severity.2'),
  3: msg('common.severity.3'),
  4: msg('common.severity.4'),
  5: msg('common.severity.5'),
}

export function severityWord(severity: number): string {
  const known = SEVERITIES.find((level) => level === severity)
  return known ? t(SEVERITY_IDS[known]) : `${severity}`
}

export const PEOPLE_BANDS = ['1-9', '10-49', '50-199', '200-999', '1000+'] as const
export type PeopleBand = (typeof PEOPLE_BANDS)[number]

const BAND_IDS: Record<PeopleBand, string> = {
  '1-9': msg('common.people.1-9'),
  '10-49': msg('common.people.10-49'),
  '50-199': msg('common.people.50-199'),
  '200-999': msg('common.people.200-999'),
  '1000+': msg('common.people.1000+'),
}

export function peopleWord(band: string | null | undefined): string {
  const known = PEOPLE_BANDS.find((name) => name === band)
  return known ? t(BAND_IDS[known]) : t('common.unsure')
}
