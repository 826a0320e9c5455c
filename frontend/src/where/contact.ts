/**
 * Links made of what somebody typed into a table of offices. Each is checked, and null where it
 * would lead anywhere else than it says.
 */

const THAI_ZERO = 0x0e50

/** The first number of `0-5361-2016 ต่อ 101, 08…`, as a telephone dials it. */
export function phoneLink(phone: string): string | null {
  const arabic = phone.replace(/[๐-๙]/g, (digit) => String(digit.charCodeAt(0) - THAI_ZERO))
  const first = arabic.match(/\+?\d[\d\s().-]*/)?.[0] ?? ''
  const digits = first.replace(/[^\d+]/g, '')
  return /^\+?\d{3,15}$/.test(digits) ? `tel:${digits}` : null
}

export function mailLink(email: string): string | null {
  return /^[\w.+-]+@[\w-]+(\.[\w-]+)+$/.test(email) ? `mailto:${email}` : null
}

/** An official account begins with @; a person's ID is found with ~. */
export function lineLink(id: string): string | null {
  const name = id.trim()
  if (!/^@?[\w.-]{2,40}$/.test(name)) return null
  return `https://line.me/R/ti/p/${name.startsWith('@') ? encodeURIComponent(name) : `~${name}`}`
}

export function webLink(address: string): string | null {
  try {
    const url = new URL(address)
    return url.protocol === 'https:' || url.protocol === 'http:' ? url.href : null
  } catch {
    return null
  }
}
