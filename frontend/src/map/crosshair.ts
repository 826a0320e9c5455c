// The phone's map: a cross that stays in the middle while the map moves under it.
// Behind it, the outlines of the subdistricts and the names of the villages around, so
// that a phone without tiles still shows where it is. Without network: paper and cross.

import { areaName } from '../areas'
import { language, t } from '../i18n'
import { mountBase } from './base'
import { make, makeSvg } from './dom'
import { labelsThatFit, widthOf } from './labels'
import { fromLeaflet, L, toLeaflet } from './leaflet'
import { type Geometry, labelPlace, type Place } from './place'

export interface CrosshairOptions {
  lng: number
  lat: number
  zoom: number
  /** The person moved the map. Not called for moveTo: only a hand ends the search for GPS. */
  onMove: (p: Place) => void
  tileUrl?: string
  tileAttribution?: string
  sample?: boolean
  /** What this phone has of the surroundings, for when no answer comes. */
  offline?: {
    where: (p: Place) => Promise<Surroundings>
    outlines: (district: string) => Promise<Outlines['features']>
    /** Needs that others have reported. */
    needs: () => Promise<readonly Place[]>
  }
}

export interface Crosshair {
  moveTo(p: Place, zoom?: number): void
  setAccuracy(p: Place | null, metres?: number): void
  destroy(): void
}

interface Named {
  code: string
  name_th: string
  name_en: string
}

interface Surroundings {
  district: Named | null
  villages: (Named & Place)[]
}

interface Outlines {
  features: { geometry: Geometry; properties: Named }[]
}

const SAME_PLACE = 1e-7 // degrees, about a centimetre

function cross(): HTMLElement {
  const lines = 'M24 2v17M24 29v17M2 24h17M29 24h17'
  const element = make('div', 'mm-cross')
  element.setAttribute('aria-hidden', 'true')
  element.append(
    makeSvg('svg', { viewBox: '0 0 48 48', width: '48', height: '48' }, [
      makeSvg('path', { d: lines, class: 'mm-cross-halo' }),
      makeSvg('path', { d: lines, class: 'mm-cross-line' }),
      makeSvg('circle', { cx: '24', cy: '24', r: '2.5', class: 'mm-cross-dot' }),
    ]),
  )
  return element
}

/** A name on the map: never takes a click, never is markup. */
function nameMarker(at: Place, text: string, className: string): L.Marker {
  return L.marker(toLeaflet(at), {
    interactive: false,
    keyboard: false,
    icon: L.divIcon({ className, html: make('span', 'mm-name-text', text), iconSize: [0, 0] }),
  })
}

async function getJson<T>(url: string, signal: AbortSignal): Promise<T | null> {
  try {
    const answer = await fetch(url, { signal, headers: { 'Accept-Language': language() } })
    return answer.ok ? ((await answer.json()) as T) : null
  } catch {
    return null // a background that did not come is no reason to stop a person
  }
}

export function mountCrosshair(el: HTMLElement, o: CrosshairOptions): Crosshair {
  const base = mountBase(el, {
    centre: o,
    zoom: o.zoom,
    label: t('map.crosshair'),
    tileUrl: o.tileUrl,
    tileAttribution: o.tileAttribution,
    sample: o.sample,
    map: {
      // Zooming keeps what is under the cross; the wheel belongs to the page.
      scrollWheelZoom: false,
      touchZoom: 'center',
      doubleClickZoom: 'center',
      keyboardPanDelta: 24,
      inertia: false,
    },
  })
  const { map } = base
  el.classList.add('mm-crosshair')
  const mark = cross()
  el.append(mark)

  const background = L.layerGroup().addTo(map)
  let known = { lng: o.lng, lat: o.lat }
  let accuracy: L.Circle | null = null
  let district = ''
  let asked: AbortController | null = null
  let timer: ReturnType<typeof setTimeout> | undefined

  async function surround(): Promise<void> {
    asked?.abort()
    asked = new AbortController()
    const { signal } = asked
    const { lng, lat } = known
    const where =
      (await getJson<Surroundings>(
        `/api/v1/where?lng=${lng.toFixed(6)}&lat=${lat.toFixed(6)}`,
        signal,
      )) ?? (await o.offline?.where({ lng, lat }).catch(() => null))
    if (!where || signal.aborted) return
    const code = where.district?.code ?? ''
    const fetched =
      code && code !== district
        ? await getJson<Outlines>(`/api/v1/areas.geojson?level=subdistrict&within=${code}`, signal)
        : null
    const kept = !fetched && code && code !== district ? await o.offline?.outlines(code) : null
    const outlines = fetched ?? (kept?.length ? { features: kept } : null)
    if (signal.aborted) return
    if (outlines) {
      district = code
      shapes.clearLayers()
      for (const feature of outlines.features) {
        L.geoJSON(feature.geometry as GeoJSON.GeometryObject, {
          interactive: false,
          style: { className: 'mm-outline', fill: false },
        }).addTo(shapes)
      }
      areas = outlines.features
    }
    if (!needs.getLayers().length) {
      for (const need of (await o.offline?.needs()) ?? [])
        L.circleMarker(toLeaflet(need), {
          radius: 5,
          interactive: false,
          className: 'mm-need',
        }).addTo(needs)
    }
    near = where.villages ?? []
    villages.clearLayers()
    for (const village of near) {
      L.circleMarker(toLeaflet(village), {
        radius: 4,
        interactive: false,
        className: 'mm-village',
      }).addTo(villages)
    }
    writeNames()
  }

  const shapes = L.layerGroup().addTo(background)
  const needs = L.layerGroup().addTo(background)
  const villages = L.layerGroup().addTo(background)
  const names = L.layerGroup().addTo(background)
  let areas: Outlines['features'] = []
  let near: (Named & Place)[] = []

  /** The nearest village keeps its name where two would lie over each other. */
  function writeNames(): void {
    const named = [
      ...near.map((village) => ({ of: village, at: village as Place, beside: true })),
      ...areas.flatMap((area) => {
        const at = labelPlace(area.geometry)
        return at ? [{ of: area.properties, at, beside: false }] : []
      }),
    ].map((name) => ({ ...name, text: areaName(name.of, language()) }))
    const boxes = named.map(({ text, at, beside }) => {
      const { x, y } = map.latLngToLayerPoint(toLeaflet(at))
      const width = widthOf(text, 13)
      return { x: beside ? x + 8 + width / 2 : x, y, width, height: 20 }
    })
    names.clearLayers()
    for (const index of labelsThatFit(boxes, { gap: 2 })) {
      const name = named[index]
      if (!name) continue
      const className = name.beside ? 'mm-name mm-name-village' : 'mm-name mm-name-area'
      nameMarker(name.at, name.text, className).addTo(names)
    }
  }

  map.on('zoomend', writeNames)

  function surroundSoon(): void {
    clearTimeout(timer)
    timer = setTimeout(() => void surround(), 400)
  }

  let size = map.getSize()
  map.on('moveend', () => {
    // Turning the phone changes the size of the map, not the place under the cross.
    if (!map.getSize().equals(size)) {
      size = map.getSize()
      map.setView(toLeaflet(known), map.getZoom(), { animate: false })
      return
    }
    const now = fromLeaflet(map.getCenter())
    const still =
      Math.abs(now.lng - known.lng) < SAME_PLACE && Math.abs(now.lat - known.lat) < SAME_PLACE
    if (still) return
    known = now
    o.onMove(now)
    surroundSoon()
  })
  void surround()

  return {
    moveTo(p, zoom) {
      known = { lng: p.lng, lat: p.lat }
      map.setView(toLeaflet(p), zoom ?? map.getZoom(), { animate: false })
      // Leaflet may round the centre to a pixel; what it shows is what we know.
      known = fromLeaflet(map.getCenter())
      surroundSoon()
    },
    setAccuracy(p, metres) {
      accuracy?.remove()
      accuracy = null
      if (!p || metres === undefined) return
      accuracy = L.circle(toLeaflet(p), {
        radius: metres,
        interactive: false,
        className: 'mm-accuracy',
      }).addTo(map)
    },
    destroy() {
      clearTimeout(timer)
      asked?.abort()
      mark.remove()
      el.classList.remove('mm-crosshair')
      base.destroy()
    },
  }
}
