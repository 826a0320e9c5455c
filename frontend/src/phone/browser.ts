/** LINE opens links in a browser of its own, which has refused the camera and the position. */
export function isInsideLine(userAgent: string): boolean {
  return /\bLine\/\d/.test(userAgent)
}

/** The same page, with LINE's own parameter for "open it outside". */
export function outsideLine(address: string): string {
  const url = new URL(address)
  url.searchParams.set('openExternalBrowser', '1')
  return url.href
}
