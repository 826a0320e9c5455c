/** For how long a need lasts already, in words. */
import { msg, t } from '../i18n'
import type { Since } from './report'

const WORDS: Record<Since, string> = {
  days: msg('phone.since.days'),
  month: msg('phone.since.month'),
  half_year: msg('phone.since.half_year'),
  year: msg('phone.since.year'),
  years: msg('phone.since.years'),
}

export const sinceWord = (since: Since): string => t(WORDS[since])
