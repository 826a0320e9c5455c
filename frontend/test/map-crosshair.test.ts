import en from 'messages:en/common,map'
import th from 'messages:th/common,map'
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { startLanguage } from '../src/i18n'
import { type Crosshair, mountCrosshair } from '../src/map/crosshair'

let el: HTMLElement
let cross: Crosshair | undefined

beforeAll(() => startLanguage({ th, en: async () => ({ default: en }) }))

beforeEach(() => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('no network')))
  el = document.createElement('div')
  document.body.append(el)
})

afterEach(() => {
  cross?.destroy()
  cross = undefined
  el.remove()
  vi.unstubAllGlobals()
})

describe('the crosshair map', () => {
  const place = { lng: 97.9654, lat: 19.3013, zoom: 15 }

  test('moving it by program is not a move by hand', () => {
    const moves: unknown[] = []
    cross = mountCrosshair(el, { ...place, onMove: (p) => moves.push(p) })
    cross.moveTo({ lng: 98, lat: 19.4 }, 16)
    cross.setAccuracy({ lng: 98, lat: 19.4 }, 30)
    expect(moves).toEqual([])
  })

  test('a press on an arrow key moves what is under the cross, lng before lat', async () => {
    const moves: { lng: number; lat: number }[] = []
    cross = mountCrosshair(el, { ...place, onMove: (p) => moves.push(p) })
    const stage = el.querySelector('.mm-stage')
    stage?.dispatchEvent(new FocusEvent('focus'))
    const press = new KeyboardEvent('keydown', { key: 'ArrowRight' })
    Object.defineProperty(press, 'keyCode', { value: 39 })
    document.dispatchEvent(press)
    await vi.waitFor(() => expect(moves.length).toBeGreaterThan(0))
    expect(moves[0]?.lng).toBeGreaterThan(place.lng)
    expect(moves[0]?.lat).toBeCloseTo(place.lat, 5)
  })

  test('sample data is marked on the map itself', () => {
    cross = mountCrosshair(el, { ...place, sample: true, onMove: () => undefined })
    expect(el.querySelector('.mm-watermark')?.getAttribute('data-words')).toBe(
      'ข้อมูลตัวอย่าง ไม่ใช่ข้อมูลจริง',
    )
  })

  test('what a provider of tiles writes never becomes markup', () => {
    cross = mountCrosshair(el, {
      ...place,
      tileUrl: 'https://tiles.example/{z}/{x}/{y}.png',
      tileAttribution: '<img src=x onerror=alert(1)>&copy; Example',
      onMove: () => undefined,
    })
    const said = el.querySelector('.mm-attribution')
    expect(said?.textContent).toBe('© Example')
    expect(said?.children.length).toBe(0)
  })

  test('nothing is left behind when it is taken away', () => {
    cross = mountCrosshair(el, { ...place, onMove: () => undefined })
    cross.destroy()
    cross = undefined
    expect(el.children.length).toBe(0)
    expect(el.className).toBe('')
  })
})
