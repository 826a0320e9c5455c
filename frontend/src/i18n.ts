import { i18n, type Messages } from '@lingui/core'
import type { Language } from './areas'
import { languageChanged, languageChanges } from './language.svelte'

/** What a page can say: Thai comes with the page, English when someone asks for it. */
export interface Catalogs {
  readonly th: Messages
  readonly en: () => Promise<{ default: Messages }>
}

const STORED = 'meemap.language'
// Arabic digits: Thai digits are an option of papers, not of screens. Years are Buddhist in Thai.
const LOCALES: Record<Language, string> = {
  th: 'th-TH-u-ca-buddhist-nu-latn',
  en: 'en-GB-u-ca-gregory-nu-latn',
}

let catalogs: Catalogs | undefined

/** Loads the language of `?lang=`, else the stored choice, else Thai. Call before mounting. */
export async function startLanguage(page: Catalogs): Promise<void> {
  catalogs = page
  const asked = new URLSearchParams(location.search).get('lang')
  const language = toLanguage(asked) ?? toLanguage(read(STORED)) ?? 'th'
  await activate(language)
  if (toLanguage(asked)) write(STORED, language)
}

export async function switchLanguage(language: Language): Promise<void> {
  await activate(language)
  write(STORED, language)
  const url = new URL(location.href)
  if (url.searchParams.has('lang')) {
    url.searchParams.set('lang', language)
    history.replaceState(history.state, '', url)
  }
}

export function language(): Language {
  languageChanges()
  return i18n.locale === 'en' ? 'en' : 'th'
}

/** The text of a message. The id is written out where it is used, so that a test can find it. */
export function t(id: string, values?: Record<string, string | number>): string {
  languageChanges()
  return i18n._(id, values)
}

/** Marks an id that is kept in a table and given to `t` later. */
export const msg = (id: string): string => id

/** The field of the present language of something that has `_th` and `_en` fields. */
export function nameOf(thing: { name_th: string; name_en: string }): string {
  if (language() === 'th' || !thing.name_en) return thing.name_th
  // English names come as they stand inside a sentence; here they stand alone.
  return thing.name_en.charAt(0).toUpperCase() + thing.name_en.slice(1)
}

// Making a formatter costs more than using it a hundred times, and a table uses it a thousand.
const formatters = new Map<string, Intl.NumberFormat>()

export function number(value: number, options: Intl.NumberFormatOptions = {}): string {
  const locale = LOCALES[language()]
  const key = locale + JSON.stringify(options)
  const formatter = formatters.get(key) ?? new Intl.NumberFormat(locale, options)
  formatters.set(key, formatter)
  return formatter.format(value)
}

/** `22 พ.ย. 2569`, `22 Nov 2026`; the day as it is in Thailand, wherever the reader sits. */
export function day(when: Date | string | number): string {
  return format(when, { day: 'numeric', month: 'short', year: 'numeric' })
}

/** `22 พ.ย. 2569 14:05` */
export function dayAndTime(when: Date | string | number): string {
  const time = format(when, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  return `${day(when)} ${time}`
}

/** `2570` in Thai, `FY 2027` in English, of the fiscal year that begins in October. */
export function fiscalYear(gregorian: number): string {
  return language() === 'th' ? `${gregorian + 543}` : `FY ${gregorian}`
}

function format(when: Date | string | number, options: Intl.DateTimeFormatOptions): string {
  // A bare ISO day is that day in Bangkok; read as UTC midnight it is the same day there.
  const formatter = new Intl.DateTimeFormat(LOCALES[language()], {
    timeZone: 'Asia/Bangkok',
    ...options,
  })
  // The era is said by the number itself: 2569, not "พ.ศ. 2569".
  return formatter
    .formatToParts(new Date(when))
    .filter((part) => part.type !== 'era')
    .map((part) => part.value)
    .join('')
    .trim()
}

async function activate(language: Language): Promise<void> {
  if (!catalogs) throw new Error('startLanguage() has not run')
  const messages = language === 'th' ? catalogs.th : (await catalogs.en()).default
  i18n.loadAndActivate({ locale: language, locales: LOCALES[language], messages })
  document.documentElement.lang = language
  languageChanged()
}

function toLanguage(text: string | null): Language | undefined {
  return text === 'th' || text === 'en' ? text : undefined
}

// Private windows may refuse storage: the choice then lasts as long as the page.
function read(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(key, value)
  } catch {
    return
  }
}
