import { describe, expect, test } from 'vitest'
import { safeNext } from '../src/account/next'

const ORIGIN = 'https://map.example.org'
const next = (asked: string) => safeNext(`?next=${encodeURIComponent(asked)}`, ORIGIN)

describe('where signing in leads', () => {
  test.each(['/office/', '/office/import/?import=1', '/m/', '/join/'])(
    '%s on this site',
    (asked) => {
      expect(next(asked)).toBe(asked)
    },
  )

  test.each([
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    '\\/evil.example',
    'javascript:alert(1)',
    '',
  ])('never to %j', (asked) => {
    expect(next(asked)).toBe('/office/')
  })

  test('to the office when nothing was asked', () => {
    expect(safeNext('', ORIGIN)).toBe('/office/')
  })
})
