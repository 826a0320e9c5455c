// A territory to look at: areas filled, villages as dots, the name of each on pointing at it.

import { nameOf } from '../i18n'
import { mountBase } from './base'
import { L } from './leaflet'

interface Piece {
  readonly code: string
  readonly name_th: string
  readonly name_en: string
}

export type Territory = GeoJSON.FeatureCollection<GeoJSON.Geometry, Piece>

const THAILAND = { lng: 101, lat: 13.2 }

export interface TerritoryOptions {
  label: string
  territory: Territory
  tileUrl?: string
  tileAttribution?: string
}

export function mountTerritory(el: HTMLElement, o: TerritoryOptions): void {
  const { map } = mountBase(el, {
    centre: THAILAND,
    zoom: 5,
    label: o.label,
    tileUrl: o.tileUrl,
    tileAttribution: o.tileAttribution,
    map: { scrollWheelZoom: false },
  })
  const shown = L.geoJSON(o.territory, {
    style: { className: 'mm-territory', weight: 2 },
    pointToLayer: (_, at) => L.circleMarker(at, { radius: 6, className: 'mm-territory' }),
    onEachFeature: ({ properties }, layer) => {
      // Text, never markup: names come from files.
      const words = document.createTextNode(`${properties.code} ${nameOf(properties)}`)
      const box = document.createElement('span')
      box.append(words)
      layer.bindTooltip(box)
    },
  }).addTo(map)
  const bounds = shown.getBounds()
  if (bounds.isValid()) map.fitBounds(bounds, { padding: [24, 24], maxZoom: 14, animate: false })
}
