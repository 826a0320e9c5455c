/** The code of an invitation, kept in this tab while somebody signs in elsewhere and comes back. */
const KEY = 'meemap.invitation'

export function keptCode(): string {
  try {
    return sessionStorage.getItem(KEY) ?? ''
  } catch {
    return '' // storage refused: it is typed again
  }
}

export function keepCode(code: string): void {
  try {
    if (code) sessionStorage.setItem(KEY, code)
    else sessionStorage.removeItem(KEY)
  } catch {
    return
  }
}
