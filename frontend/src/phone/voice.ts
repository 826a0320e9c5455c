/** A voice note instead of typing: short, and small enough for a bad line. */

export const LONGEST_S = 60
export const BITS_PER_S = 24_000 // speech; a minute is 180 kB

const TYPES = ['audio/webm;codecs=opus', 'audio/ogg;codecs=opus', 'audio/mp4']

/** What this browser records that the server takes; none: its own choice. */
export const recordingType = (): string | undefined =>
  TYPES.find((type) => MediaRecorder.isTypeSupported(type))

/** Microphones and digests exist only in a secure context. */
export const canRecord = (): boolean =>
  typeof MediaRecorder !== 'undefined' &&
  navigator.mediaDevices !== undefined &&
  crypto.subtle !== undefined
