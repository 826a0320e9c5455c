/** A photo as it is sent: small enough for a bad line, and its digest, which the pin declares. */

const LONGEST_PX = 1600
const QUALITY = 0.82

export type PhotoFault = 'insecure' | 'unreadable' | 'gone'

export class PhotoError extends Error {
  constructor(readonly fault: PhotoFault) {
    super(fault)
    this.name = 'PhotoError'
  }
}

/** Digests exist only in a secure context (HTTPS or localhost). */
export function canTakePhotos(): boolean {
  return typeof crypto !== 'undefined' && crypto.subtle !== undefined
}

/** The size that fits into a square of LONGEST_PX, never larger than it was. */
export function fitted(width: number, height: number): { width: number; height: number } {
  const scale = Math.min(1, LONGEST_PX / Math.max(width, height))
  return {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  }
}

/**
 * A JPEG of at most 1600 px. Drawing it afresh leaves behind what the camera wrote into the file:
 * the place where the person stood, the make and the number of the phone.
 */
export async function shrink(file: Blob): Promise<Blob> {
  const bitmap = await createImageBitmap(file).catch(() => {
    throw new PhotoError('unreadable')
  })
  const canvas = document.createElement('canvas')
  Object.assign(canvas, fitted(bitmap.width, bitmap.height))
  const context = canvas.getContext('2d')
  if (!context) throw new PhotoError('unreadable')
  // A JPEG has no transparency: what was clear becomes white, not black.
  context.fillStyle = '#fff'
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
  bitmap.close()
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', QUALITY))
  if (!blob) throw new PhotoError('unreadable')
  return blob
}

/** The token of a link from the chat of LINE, or nothing. */
export const chatPhoto = (hash: string): string => /^#photo=(.+)$/.exec(hash)?.[1] ?? ''

/** What somebody sent to the chat, as the server hands it on. */
export async function fetchChatPhoto(token: string): Promise<Blob> {
  const answer = await fetch(`/api/v1/line/photos/${token}`).catch(() => null)
  if (!answer?.ok) throw new PhotoError('gone')
  return answer.blob()
}

export async function sha256(photo: Blob): Promise<string> {
  if (!canTakePhotos()) throw new PhotoError('insecure')
  const digest = await crypto.subtle.digest('SHA-256', await photo.arrayBuffer())
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
