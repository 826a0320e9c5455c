import { beforeEach, describe, expect, test } from 'vitest'
import { day, dayAndTime, fiscalYear, number, startLanguage, switchLanguage, t } from '../src/i18n'

const catalogs = {
  th: { 'x.hello': 'สวัสดี' },
  en: async () => ({ default: { 'x.hello': 'Hello' } }),
}

describe('language', () => {
  beforeEach(async () => {
    localStorage.clear()
    history.replaceState(null, '', '/')
    await startLanguage(catalogs)
  })

  test('Thai comes first', () => {
    expect(t('x.hello')).toBe('สวัสดี')
    expect(document.documentElement.lang).toBe('th')
  })

  test('the address chooses, and the choice is kept', async () => {
    history.replaceState(null, '', '/?lang=en')
    await startLanguage(catalogs)
    history.replaceState(null, '', '/')
    await startLanguage(catalogs)
    expect(t('x.hello')).toBe('Hello')
  })

  test('switching needs no new page and corrects the address', async () => {
    history.replaceState(null, '', '/?lang=th&area=58')
    await switchLanguage('en')
    expect(t('x.hello')).toBe('Hello')
    expect(location.search).toBe('?lang=en&area=58')
    expect(document.documentElement.lang).toBe('en')
  })

  test('years are Buddhist in Thai and Gregorian in English', async () => {
    expect(day('2026-11-22')).toBe('22 พ.ย. 2569')
    expect(fiscalYear(2027)).toBe('2570')
    await switchLanguage('en')
    expect(day('2026-11-22')).toBe('22 Nov 2026')
    expect(fiscalYear(2027)).toBe('FY 2027')
  })

  test('the day is the day in Thailand', () => {
    expect(dayAndTime('2026-11-22T18:30:00Z')).toBe('23 พ.ย. 2569 01:30')
  })

  test('numbers have Arabic digits', () => {
    expect(number(12345.6)).toBe('12,345.6')
  })
})
