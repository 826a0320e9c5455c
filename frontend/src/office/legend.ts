// The words of the legend. The bounds come from the one module that has them.

import { msg, number, t } from '../i18n'
import { type Measure, type NeedClass, rangeOf } from '../map/classes'

const CLASS_IDS: Record<NeedClass, string> = {
  1: msg('office.class.1'),
  2: msg('office.class.2'),
  3: msg('office.class.3'),
  4: msg('office.class.4'),
  5: msg('office.class.5'),
}

export const classWord = (need: NeedClass): string => t(CLASS_IDS[need])

/** `3 ถึง 10`: from the first, up to but without the second. */
export function rangeWords(need: NeedClass, measure: Measure): string {
  const [from, to] = rangeOf(need, measure)
  if (from === null) return t('office.class.below', { to: number(to ?? 0) })
  if (to === null) return t('office.class.above', { from: number(from) })
  return t('office.class.between', { from: number(from), to: number(to) })
}
