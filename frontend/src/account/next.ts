/** Where to go after signing in: an address of this site, or the office. */
export function safeNext(search: string, origin: string, fallback = '/office/'): string {
  const asked = new URLSearchParams(search).get('next')
  // Browsers read a backslash as a slash, and leave out tabs and line breaks.
  if (!asked?.startsWith('/') || /^\/[/\\]|[\\\t\r\n]/.test(asked)) return fallback
  try {
    const url = new URL(asked, origin)
    return url.origin === origin ? url.pathname + url.search + url.hash : fallback
  } catch {
    return fallback
  }
}
