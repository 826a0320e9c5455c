/** The words of a round that more than one page uses. */
import { number, t } from '../i18n'

export const baht = (value: number): string => t('round.baht', { baht: number(value) })

export const ruleWord = (rule: string): string =>
  rule === 'greedy' ? t('round.rule.greedy') : t('round.rule.equal_shares')

export function stageWord(stage: string): string {
  if (stage === 'promised') return t('round.stage.promised')
  return stage === 'contracted' ? t('round.stage.contracted') : t('round.stage.finished')
}
