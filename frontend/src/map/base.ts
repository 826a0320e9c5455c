// What every map of ours has: paper or tiles, zoom buttons with names, a scale bar,
// the attribution as words and, on sample data, a watermark.

import { t } from '../i18n'
import { make, plainText } from './dom'
import { L, toLeaflet } from './leaflet'
import type { Place } from './place'
import { metresPerPixel, roundDistance } from './scale'

export interface BaseOptions {
  centre: Place
  zoom: number
  label: string
  tileUrl?: string | undefined
  tileAttribution?: string | undefined
  sample?: boolean | undefined
  minZoom?: number
  map: L.MapOptions
}

export interface Base {
  map: L.Map
  /** The tiles of a server, where one is set. */
  tiles: L.TileLayer | null
  /** The page's language has changed: say everything again. */
  rename(label: string): void
  destroy(): void
}

/** Without tiles a blank page would not show that the map moves under the cross. */
class Paper extends L.GridLayer {
  protected override createTile(): HTMLElement {
    return make('div', 'mm-paper-tile')
  }
}

function scaleBar(map: L.Map): { element: HTMLElement; draw: () => void } {
  const element = make('div', 'mm-scale')
  const words = make('div', 'mm-scale-words')
  const bar = make('div', 'mm-scale-bar')
  element.append(words, bar)
  const draw = () => {
    const mPerPx = metresPerPixel(map.getCenter().lat, map.getZoom())
    const { metres, px } = roundDistance(96, mPerPx)
    bar.style.width = `${px}px`
    words.textContent =
      metres >= 1000 ? `${metres / 1000} ${t('map.km')}` : `${metres} ${t('map.m')}`
  }
  map.on('zoomend moveend', draw)
  return { element, draw }
}

function zoomButtons(map: L.Map): { element: HTMLElement; name: () => void } {
  const element = make('div', 'mm-zoom')
  const more = make('button', 'mm-zoom-button', '+')
  const less = make('button', 'mm-zoom-button', '\u2212')
  const name = () => {
    more.setAttribute('aria-label', t('map.zoom_in'))
    more.title = t('map.zoom_in')
    less.setAttribute('aria-label', t('map.zoom_out'))
    less.title = t('map.zoom_out')
  }
  for (const button of [more, less]) button.type = 'button'
  more.addEventListener('click', () => map.zoomIn())
  less.addEventListener('click', () => map.zoomOut())
  const limit = () => {
    more.disabled = map.getZoom() >= map.getMaxZoom()
    less.disabled = map.getZoom() <= map.getMinZoom()
  }
  map.on('zoomend', limit)
  element.append(more, less)
  name()
  limit()
  return { element, name }
}

export function mountBase(el: HTMLElement, o: BaseOptions): Base {
  el.classList.add('mm-map')
  const stage = make('div', 'mm-stage')
  stage.setAttribute('role', 'application')
  stage.setAttribute('aria-label', o.label)
  el.append(stage)

  const map = L.map(stage, {
    center: toLeaflet(o.centre),
    zoom: o.zoom,
    minZoom: o.minZoom ?? 5,
    maxZoom: 18,
    zoomControl: false,
    attributionControl: false,
    fadeAnimation: false,
    ...(window.matchMedia?.('(prefers-reduced-motion: reduce)').matches && {
      zoomAnimation: false,
      inertia: false,
    }),
    ...o.map,
  })
  const tiles = o.tileUrl ? L.tileLayer(o.tileUrl, { maxZoom: 19 }) : null
  const ground = tiles ?? new Paper({ className: 'mm-paper' })
  ground.addTo(map)

  const foot = make('div', 'mm-foot')
  const attribution = make('div', 'mm-attribution')
  attribution.textContent = o.tileUrl ? plainText(o.tileAttribution ?? '') : ''
  attribution.hidden = attribution.textContent === ''
  const scale = scaleBar(map)
  scale.draw()
  foot.append(scale.element, attribution)

  const zoom = zoomButtons(map)
  el.append(zoom.element, foot)

  // Decoration, drawn by the style sheet: every page says the same in its text.
  const watermark = o.sample ? make('div', 'mm-watermark') : null
  watermark?.setAttribute('data-words', t('common.sample'))
  if (watermark) el.append(watermark)

  const resized = new ResizeObserver(() => map.invalidateSize({ animate: false }))
  resized.observe(stage)

  return {
    map,
    tiles,
    rename(label) {
      stage.setAttribute('aria-label', label)
      zoom.name()
      scale.draw()
      watermark?.setAttribute('data-words', t('common.sample'))
    },
    destroy() {
      resized.disconnect()
      map.remove()
      for (const part of [stage, zoom.element, foot, watermark]) part?.remove()
      el.classList.remove('mm-map')
    },
  }
}
