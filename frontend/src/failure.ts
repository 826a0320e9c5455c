import { ApiError, type Failure } from './api'
import { msg, t } from './i18n'

const WORDS: Record<Failure, string> = {
  offline: msg('common.failure.offline'),
  refused: msg('common.failure.refused'),
  absent: msg('common.failure.absent'),
  conflict: msg('common.failure.conflict'),
  sign_in: msg('common.failure.sign_in'),
  forbidden: msg('common.failure.forbidden'),
  busy: msg('common.failure.busy'),
  garbled: msg('common.failure.garbled'),
}

/** What happened and what to do, in the server's own words where it gave any. */
export function failureWords(error: unknown): string {
  if (!(error instanceof ApiError)) return t(WORDS.garbled)
  const said =
    error.failure === 'garbled' ? '' : error.problems.map((problem) => problem.detail).join(' ')
  return said || t(WORDS[error.failure])
}
