// Pins as the server clustered them: bubbles with a count, single pins as pictograms.
// Ordinary buttons in the page, so that keyboard and screen reader find them.

import { make, makeSvg } from './dom'
import { L, toLeaflet } from './leaflet'
import type { Box } from './place'

export interface Crowd {
  geometry: { type: 'Point'; coordinates: readonly [lng: number, lat: number] }
  properties:
    | { cluster: true; count: number; bbox: Box }
    | {
        cluster: false
        id: string
        number: number
        category: string
        severity: number
        status: string
        checked: boolean
      }
}

type Single = Extract<Crowd['properties'], { cluster: false }>

export interface PinLook {
  /** Colours as CSS has them, e.g. `var(--group-water)`. */
  ground: string
  ink: string
  /** Path data of a pictogram and the side of its square. */
  path: string
  side: number
  label: string
}

export interface CrowdEvents {
  openCrowd(box: Box, count: number): void
  openPin(id: string): void
}

/** Diameter of a bubble: its area grows with the logarithm of the count. Pure. */
export function bubblePx(count: number): number {
  return Math.round(24 + Math.min(32, Math.log10(Math.max(2, count)) * 7))
}

/** 1,234 does not fit in a bubble. Pure. */
export function shortCount(count: number, thousands: string): string {
  if (count < 1000) return String(count)
  const rounded = count < 10_000 ? Math.floor(count / 100) / 10 : Math.floor(count / 1000)
  return `${rounded}${thousands}`
}

function bubble(count: number, text: string): HTMLElement {
  const element = make('span', 'mm-bubble', text)
  const px = bubblePx(count)
  element.style.width = `${px}px`
  element.style.height = `${px}px`
  return element
}

function badge(pin: Single, look: PinLook): HTMLElement {
  const element = make('span', pin.checked ? 'mm-pin' : 'mm-pin mm-pin-unchecked')
  element.style.background = look.ground
  element.style.color = look.ink
  element.append(
    makeSvg('svg', { viewBox: `0 0 ${look.side} ${look.side}`, width: '18', height: '18' }, [
      makeSvg('path', { d: look.path, fill: 'currentColor' }),
    ]),
  )
  return element
}

export class Crowds {
  readonly #layer = L.layerGroup()
  readonly #events: CrowdEvents

  constructor(map: L.Map, events: CrowdEvents) {
    this.#events = events
    this.#layer.addTo(map)
  }

  clear(): void {
    this.#layer.clearLayers()
  }

  show(
    crowds: readonly Crowd[],
    words: {
      look(pin: Single): PinLook
      crowd(count: number): string
      thousands: string
    },
  ): void {
    const held = document.activeElement?.getAttribute('data-crowd')
    this.#layer.clearLayers()
    for (const { geometry, properties } of crowds) {
      const [lng, lat] = geometry.coordinates
      const key = properties.cluster ? `${lng},${lat}` : properties.id
      const look = properties.cluster ? null : words.look(properties)
      const label = properties.cluster ? words.crowd(properties.count) : (look?.label ?? '')
      const html =
        properties.cluster || !look
          ? bubble(
              properties.cluster ? properties.count : 1,
              shortCount(properties.cluster ? properties.count : 1, words.thousands),
            )
          : badge(properties, look)
      const marker = L.marker(toLeaflet({ lng, lat }), {
        title: label,
        riseOnHover: true,
        icon: L.divIcon({ className: 'mm-crowd', html, iconSize: [0, 0] }),
      })
      const open = () => {
        if (properties.cluster) this.#events.openCrowd(properties.bbox, properties.count)
        else this.#events.openPin(properties.id)
      }
      marker.on('click', open)
      marker.addTo(this.#layer)
      const element = marker.getElement()
      element?.setAttribute('aria-label', label)
      element?.setAttribute('data-crowd', key)
      // Leaflet makes markers reachable by Tab, but Enter only opens popups.
      element?.addEventListener('keydown', (event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return
        event.preventDefault()
        open()
      })
      if (held === key) element?.focus()
    }
  }
}
