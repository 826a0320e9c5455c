// Areas as outlines with names, or as a choropleth that opens on a click.

import { type AreaFigures, type Shade, shadeOfArea } from './classes'
import { make } from './dom'
import { type Label, labelsThatFit, widthOf } from './labels'
import { L, toLeaflet } from './leaflet'
import type { Patterns } from './patterns'
import { type Box, boxAround, boxOf, type Geometry, labelPlace, type Place } from './place'

export interface AreaShape {
  geometry: Geometry
  properties: AreaFigures & {
    code: string
    name_th: string
    name_en: string
    population: number | null
    weighted: number
    rank: number | null
    basis: 'per_1000' | 'total'
  }
}

export interface ShapeEvents {
  open(code: string): void
  point(area: AreaShape | null, at?: MouseEvent): void
}

/** A village: a place without an outline. */
export interface VillagePoint extends Place, AreaFigures {
  code: string
  name_th: string
  name_en: string
  population: number | null
  weighted: number
  rank: number | null
  basis: 'per_1000' | 'total'
}

const NAME_PX = 13

function paintOf(shade: Shade, patterns: Patterns): L.PathOptions {
  switch (shade.kind) {
    case 'need':
      return shade.little
        ? { className: 'mm-area', fillColor: patterns.little(shade.need) }
        : { className: `mm-area mm-need-${shade.need}` }
    case 'unknown':
      return { className: 'mm-area', fillColor: patterns.unknown }
    case 'met':
      return { className: 'mm-area mm-met' }
    case 'silent':
      return { className: 'mm-area mm-silent' }
  }
}

export class Shapes {
  readonly #map: L.Map
  readonly #patterns: Patterns
  readonly #events: ShapeEvents
  readonly #areas = L.featureGroup()
  readonly #names = L.layerGroup()
  #shown: AreaShape[] = []
  #points: readonly VillagePoint[] = []
  readonly #dots = L.featureGroup()
  #nameOf: (area: AreaShape) => string = (area) => area.properties.name_th
  #paths = new Map<string, L.Path>()
  #named: Label[] = []

  constructor(map: L.Map, patterns: Patterns, events: ShapeEvents) {
    this.#map = map
    this.#patterns = patterns
    this.#events = events
    this.#areas.addTo(map)
    this.#dots.addTo(map)
    this.#names.addTo(map)
    map.on('zoomend', () => this.#name())
  }

  /** The room that the written names take, in layer pixels. */
  named(): readonly Label[] {
    return this.#named
  }

  box(): Box | null {
    const boxes = this.#shown.map((area) => boxOf(area.geometry)).filter((box) => box !== null)
    return boxAround(boxes)
  }

  show(areas: AreaShape[], as: 'outline' | 'choropleth', nameOf: (area: AreaShape) => string) {
    this.#shown = areas
    this.#nameOf = nameOf
    this.#areas.clearLayers()
    this.#paths.clear()
    for (const area of areas) this.#draw(area, as)
    this.#name()
  }

  /** Villages as dots, coloured like the areas in the choropleth; none takes them away. */
  showPoints(points: readonly VillagePoint[], as: 'outline' | 'choropleth'): void {
    this.#points = points
    this.#dots.clearLayers()
    for (const point of points) {
      const shade = shadeOfArea(point, point.basis === 'total' ? 'total' : 'score')
      const paint = as === 'choropleth' ? paintOf(shade, this.#patterns) : {}
      const area: AreaShape = {
        geometry: { type: 'Polygon', coordinates: [] },
        properties: point,
      }
      const dot = L.circleMarker(toLeaflet(point), {
        ...paint,
        radius: as === 'choropleth' ? 9 : 4,
        fillOpacity: 1,
        className:
          `mm-dot ${as === 'choropleth' ? (paint.className ?? '').replace('mm-area', '') : 'mm-dot-plain'}`.trim(),
      })
      dot.on('click', () => this.#events.open(point.code))
      dot.on('mousemove', (event) => this.#events.point(area, event.originalEvent))
      dot.on('mouseout', () => this.#events.point(null))
      this.#dots.addLayer(dot)
      this.#paths.set(point.code, dot)
      this.#makeOperable(area)
    }
    this.#name()
  }

  /** Lift one area out, e.g. while its row in the list is under the pointer. */
  mark(code: string | null): void {
    for (const [key, path] of this.#paths) {
      path.getElement()?.classList.toggle('mm-marked', key === code)
      if (key === code && 'bringToFront' in path) path.bringToFront()
    }
  }

  #draw(area: AreaShape, as: 'outline' | 'choropleth'): void {
    const { code, basis } = area.properties
    const choropleth = as === 'choropleth'
    const style: L.PathOptions = choropleth
      ? paintOf(shadeOfArea(area.properties, basis === 'total' ? 'total' : 'score'), this.#patterns)
      : { className: 'mm-area mm-area-outline', fill: false }
    const layer = L.geoJSON(area.geometry as GeoJSON.GeometryObject, {
      interactive: choropleth,
      style: { fillOpacity: 1, ...style },
    })
    layer.eachLayer((part) => this.#paths.set(code, part as L.Path))
    if (choropleth) {
      layer.on('click', () => this.#events.open(code))
      layer.on('mousemove', (event: L.LeafletMouseEvent) =>
        this.#events.point(area, event.originalEvent),
      )
      layer.on('mouseout', () => this.#events.point(null))
    }
    this.#areas.addLayer(layer)
    if (choropleth) this.#makeOperable(area)
  }

  #makeOperable(area: AreaShape): void {
    const element = this.#paths.get(area.properties.code)?.getElement()
    if (!element) return
    element.setAttribute('tabindex', '0')
    element.setAttribute('role', 'button')
    element.setAttribute('aria-label', this.#nameOf(area))
    element.setAttribute('data-code', area.properties.code)
    element.addEventListener('keydown', (event) => {
      const { key } = event as KeyboardEvent
      if (key !== 'Enter' && key !== ' ') return
      event.preventDefault()
      this.#events.open(area.properties.code)
    })
  }

  #name(): void {
    this.#names.clearLayers()
    this.#named = []
    // Where names compete, the area with more waiting needs keeps its own.
    const byNeed = (a: AreaFigures, b: AreaFigures) => b.unmet - a.unmet
    const areas = [...this.#shown].sort((a, b) => byNeed(a.properties, b.properties))
    const points = [...this.#points].sort(byNeed)
    const named: { text: string; at: Place; below: number }[] = [
      ...areas.flatMap((area) => {
        const at = labelPlace(area.geometry)
        return at ? [{ text: this.#nameOf(area), at, below: 0 }] : []
      }),
      ...points.map((point) => ({
        text: this.#nameOf({ geometry: { type: 'Polygon', coordinates: [] }, properties: point }),
        at: point,
        below: 21,
      })),
    ]
    const boxes = named.map(({ text, at, below }) => {
      const { x, y } = this.#map.latLngToLayerPoint(toLeaflet(at))
      return { x, y: y + below, width: widthOf(text, NAME_PX), height: NAME_PX * 1.5 }
    })
    const standing = points.map((point) => {
      const { x, y } = this.#map.latLngToLayerPoint(toLeaflet(point))
      return { x, y, width: 14, height: 14 }
    })
    for (const index of labelsThatFit(boxes, { standing, gap: 2 })) {
      const label = named[index]
      const box = boxes[index]
      if (!label || !box) continue
      this.#named.push(box)
      const { text, at, below } = label
      L.marker(toLeaflet(at), {
        interactive: false,
        keyboard: false,
        pane: 'names',
        icon: L.divIcon({
          className: below ? 'mm-name mm-name-below' : 'mm-name mm-name-area',
          html: make('span', 'mm-name-text', text),
          iconSize: [0, 0],
        }),
      }).addTo(this.#names)
    }
  }
}
