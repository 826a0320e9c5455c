/** The decisions of the phone page: what is asked next, what is still missing, what is sent. */
import type { PinBody, Problem, Source } from '../api'
import type { NamedArea } from '../areas'
import type { PeopleBand, Severity } from '../words'

export const STEPS = [
  'photo',
  'place',
  'village',
  'category',
  'same',
  'severity',
  'people',
  'words',
  'review',
  'receipt',
] as const
export type Step = (typeof STEPS)[number]
/** `same` asks whether the need has been reported already; only where others are near, and never by an address. */
type Question = Exclude<Step, 'same' | 'review' | 'receipt'>

export interface PhotoRef {
  readonly id: string
  readonly sha256: string
  readonly bytes: number
}

export type PlaceAnswer =
  | {
      readonly kind: 'point'
      readonly lng: number
      readonly lat: number
      readonly source: Extract<Source, 'gps' | 'photo' | 'map' | 'typed' | 'plus_code'>
      readonly accuracyM: number | null
    }
  | { readonly kind: 'village' } // the whole village, which `village` then names

export type VillageAnswer = NamedArea | 'unsure'
export type PeopleAnswer = PeopleBand | 'unsure' | { readonly count: number }

export interface Draft {
  /** Made once, so that sending again after a lost answer makes no second pin. */
  readonly id: string
  /** When the person began, ISO. */
  readonly startedAt: string
  readonly photo: PhotoRef | null
  /** A voice note; drafts of release 0.4.0 know none. */
  readonly voice?: PhotoRef | null | undefined
  readonly place: PlaceAnswer | null
  readonly village: VillageAnswer | null
  readonly category: string | null
  readonly severity: Severity | null
  readonly people: PeopleAnswer | null
  readonly words: string
  /** For how long already; null or missing: not sure. */
  readonly since?: Since | null | undefined
}

/** Days, rounded as people say it. */
export const SINCE_DAYS = { days: 3, month: 30, half_year: 182, year: 365, years: 1095 } as const
export type Since = keyof typeof SINCE_DAYS

export const MAX_PEOPLE = 1_000_000
export const MAX_WORDS = 2000

export function newDraft(id: string, startedAt: string): Draft {
  return {
    id,
    startedAt,
    photo: null,
    place: null,
    village: null,
    category: null,
    severity: null,
    people: null,
    words: '',
  }
}

/** Nothing was answered yet, so leaving loses nothing. */
export function isUntouched(draft: Draft): boolean {
  const { photo, voice, place, category, severity, people, words, since } = draft
  return ![photo, voice, place, category, severity, people, words, since].some(Boolean)
}

/** The steps of this report: whoever chose the whole village is not asked for it again. */
export function stepsOf(draft: Draft): readonly Step[] {
  const village = draft.place?.kind === 'village'
  return STEPS.filter((step) => step !== 'same' && !(village && step === 'village'))
}

export function isAnswered(draft: Draft, step: Step): boolean {
  switch (step) {
    case 'photo':
    case 'same':
      return true
    case 'words':
      return [...draft.words].length <= MAX_WORDS
    case 'place':
      if (draft.place?.kind === 'village') return isNamed(draft.village)
      return draft.place !== null
    case 'village':
      return draft.village !== null
    case 'category':
      return draft.category !== null
    case 'severity':
      return draft.severity !== null
    case 'people':
      return draft.people !== null && isPossible(draft.people)
    case 'review':
    case 'receipt':
      return firstMissing(draft) === null
  }
}

/** The first question without an answer, or null when all is there. */
export function firstMissing(draft: Draft): Question | null {
  const questions = stepsOf(draft).filter(
    (step): step is Question => step !== 'review' && step !== 'receipt',
  )
  return questions.find((step) => !isAnswered(draft, step)) ?? null
}

export function nextStep(draft: Draft, step: Step): Step {
  const steps = stepsOf(draft)
  const after = STEPS.slice(STEPS.indexOf(step) + 1).find((name) => steps.includes(name))
  return after === undefined || after === 'receipt' ? 'review' : after
}

export function previousStep(draft: Draft, step: Step): Step | null {
  const steps = stepsOf(draft)
  const before = STEPS.slice(0, STEPS.indexOf(step)).filter((name) => steps.includes(name))
  return before[before.length - 1] ?? null
}

/** Where an address such as `#people` leads: there, or to the first question before it. */
export function reachable(draft: Draft, wanted: string): Step {
  const missing = firstMissing(draft) ?? 'review'
  const asked = stepsOf(draft).find((step) => step === wanted)
  if (!asked) return isUntouched(draft) ? 'photo' : missing
  return STEPS.indexOf(asked) <= STEPS.indexOf(missing) ? asked : missing
}

/** Which question of how many, counted from 1. */
export function progress(draft: Draft, step: Step): { at: number; of: number } {
  const steps: readonly Step[] = stepsOf(draft).filter((name) => name !== 'receipt')
  const shown = step === 'same' ? 'category' : step
  return { at: Math.max(1, steps.indexOf(shown) + 1), of: steps.length }
}

/**
 * What changes in a draft with a new place: the village that was chosen for another point is
 * asked for again.
 */
export function withPoint(draft: Draft, point: Extract<PlaceAnswer, { kind: 'point' }>): Draft {
  const before = draft.place
  const same =
    before?.kind === 'point' && metresBetween(before, point) < 1 && before.source === point.source
  return same ? draft : { ...draft, place: point, village: null }
}

export function withWholeVillage(draft: Draft, village: NamedArea): Draft {
  return { ...draft, place: { kind: 'village' }, village }
}

/**
 * The number that stands for a band: the server keeps a number and shows the band, so any number
 * inside it will do, and a round one claims no more than was said.
 */
const BAND_COUNT: Record<PeopleBand, number> = {
  '1-9': 5,
  '10-49': 25,
  '50-199': 100,
  '200-999': 500,
  '1000+': 1000,
}

export function peopleCount(people: PeopleAnswer): number | null {
  if (people === 'unsure') return null
  return typeof people === 'string' ? BAND_COUNT[people] : people.count
}

/**
 * What is sent. A function of the draft alone, so that every attempt sends the same bytes and the
 * server can tell "the same again" from "another one".
 */
export function bodyOf(draft: Draft): PinBody {
  const { place, village, category, severity, people } = draft
  if (!place || !category || !severity || !people) throw new Error('the draft is not complete')
  const whole = place.kind === 'village'
  const words = draft.words.trim().normalize('NFC')
  return {
    type: 'Feature',
    geometry: whole
      ? null
      : { type: 'Point', coordinates: [roundDegrees(place.lng), roundDegrees(place.lat)] },
    properties: {
      category,
      severity,
      people: peopleCount(people),
      ...(words && { words }),
      ...(draft.since && { needed_since: dayBefore(draft.startedAt, SINCE_DAYS[draft.since]) }),
      village: isNamed(village) ? village.code : null,
      source: whole ? 'village' : place.source,
      ...(!whole && place.accuracyM !== null && { accuracy_m: Math.ceil(place.accuracyM) }),
      captured_at: draft.startedAt,
      ...(draft.photo && { photos: [draft.photo] }),
      ...(draft.voice && { recordings: [draft.voice] }),
    },
  }
}

/** Of a moment (ISO) so many days before, its day in Thailand: YYYY-MM-DD. */
function dayBefore(moment: string, days: number): string {
  return new Date(Date.parse(moment) + (7 - 24 * days) * 3_600_000).toISOString().slice(0, 10)
}

/** The screen on which the server's word about a field belongs. */
export function stepOfProblem(problem: Problem): Step {
  const attr = problem.attr ?? ''
  const field = attr.replace(/^properties\./, '').split(/[.[]/)[0]
  switch (field) {
    case 'geometry':
    case 'source':
    case 'accuracy_m':
      return 'place'
    case 'photos':
      return 'photo'
    case 'recordings':
    case 'needed_since':
      return 'words'
    case 'village':
    case 'category':
    case 'severity':
    case 'people':
    case 'words':
      return field
    default:
      return 'review'
  }
}

/** What the server said, by screen. */
export function problemsByStep(problems: readonly Problem[]): Partial<Record<Step, string>> {
  const said: Partial<Record<Step, string>> = {}
  for (const problem of problems) {
    const step = stepOfProblem(problem)
    said[step] = said[step] ? `${said[step]} ${problem.detail}` : problem.detail
  }
  return said
}

/** `/m/?lng=99.9&lat=20.1&category=road` begins with what the link already knows. */
export function prefill(draft: Draft, query: URLSearchParams): Draft {
  const point = readPoint(query.get('lng'), query.get('lat'))
  const category = query.get('category')
  const placed = point
    ? withPoint(draft, { kind: 'point', ...point, source: 'map', accuracyM: null })
    : draft
  return category && /^[a-z][a-z_]*$/.test(category) ? { ...placed, category } : placed
}

/** Coordinates as a person types them; null when they are no place on earth. */
export function readPoint(
  lngText: string | null,
  latText: string | null,
): { lng: number; lat: number } | null {
  const lng = readDegrees(lngText)
  const lat = readDegrees(latText)
  if (lng === null || lat === null || Math.abs(lng) > 180 || Math.abs(lat) > 90) return null
  return { lng, lat }
}

/** Thailand with a margin: outside it the two numbers were probably typed the wrong way round. */
export function isNearThailand({ lng, lat }: { lng: number; lat: number }): boolean {
  return lng > 96 && lng < 107 && lat > 4 && lat < 22
}

export function readCount(text: string): number | null {
  const digits = thaiToArabic(text).replace(/[\s,]/g, '')
  if (!/^\d{1,7}$/.test(digits)) return null
  const count = Number(digits)
  return count >= 1 && count <= MAX_PEOPLE ? count : null
}

function readDegrees(text: string | null): number | null {
  const digits = thaiToArabic(text ?? '').trim()
  return /^-?\d{1,3}(\.\d+)?$/.test(digits) ? Number(digits) : null
}

function thaiToArabic(text: string): string {
  return text.replace(/[๐-๙]/g, (digit) => String(digit.charCodeAt(0) - 0x0e50))
}

function isNamed(village: VillageAnswer | null): village is NamedArea {
  return village !== null && village !== 'unsure'
}

function isPossible(people: PeopleAnswer): boolean {
  return typeof people === 'string' || readCount(String(people.count)) !== null
}

// Six decimals are 11 cm: finer than any phone, and short.
const roundDegrees = (degrees: number): number => Number(degrees.toFixed(6))

/** Good to a per cent over a village, which is all that is asked of it. */
export function metresBetween(
  a: { lng: number; lat: number },
  b: { lng: number; lat: number },
): number {
  const metresPerDegree = 111_195
  const east = (a.lng - b.lng) * Math.cos((((a.lat + b.lat) / 2) * Math.PI) / 180)
  return Math.hypot(east, a.lat - b.lat) * metresPerDegree
}
