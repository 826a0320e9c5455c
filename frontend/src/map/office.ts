// The officer's map: heat cells, areas or pins over the outlines of the country.
// It is told what to show and asks its source for the figures; a newer question cancels
// the one under way.

import { t } from '../i18n'
import { AreasLayer, type Inks, inksOf, PAPER } from './areas'
import { Around } from './around'
import { mountBase } from './base'
import {
  areaKm2,
  boxToAsk,
  type Cell,
  cellAt,
  cellBox,
  cellSizeDeg,
  gridForZoom,
  indexCells,
} from './cells'
import { type Crowd, Crowds, type PinLook } from './crowds'
import { make } from './dom'
import { HeatLayer, rampOf } from './heat'
import { Latest } from './latest'
import { fromBounds, fromLeaflet, L, toBounds, toLeaflet } from './leaflet'
import { detailFor, namesAround, type TileName } from './outlines'
import { mountPatterns } from './patterns'
import { type Box, contains, grown, type Place, THAILAND } from './place'
import { type AreaShape, Shapes, type VillagePoint } from './shapes'

export type MapView = 'heat' | 'areas' | 'pins'

/** What the map shows. Equal keys mean that nothing needs to be asked again. */
export interface Scene {
  view: MapView
  /** The area whose parts are shown; '' is the whole country. */
  area: string
  /** Filter and level in one string. */
  key: string
  language: 'th' | 'en'
}

export interface Source {
  areas(scene: Scene, detail: 'map' | 'full', signal: AbortSignal): Promise<AreaShape[]>
  /** The villages of a small area; none elsewhere. */
  villages(scene: Scene, signal: AbortSignal): Promise<readonly VillagePoint[]>
  cells(
    scene: Scene,
    z: number,
    box: Box,
    signal: AbortSignal,
  ): Promise<{ size_deg: number; cells: readonly Cell[] }>
  crowds(scene: Scene, z: number, box: Box, signal: AbortSignal): Promise<readonly Crowd[]>
}

export interface MapWords {
  nameOf(area: AreaShape): string
  nameAround(area: TileName): string
  /** Lines of the tip over an area or a cell. */
  aboutArea(area: AreaShape): string[]
  aboutCell(pins: number, weighted: number, km2: number): string[]
  look(pin: { category: string; severity: number; number: number; checked: boolean }): PinLook
  crowd(count: number): string
  thousands(): string
}

export interface OfficeMapOptions {
  source: Source
  words: MapWords
  scene: Scene
  /** Where to stand; without it the map shows the whole selected area. */
  at?: (Place & { zoom: number }) | undefined
  tileUrl?: string | undefined
  tileAttribution?: string | undefined
  sample?: boolean | undefined
  /** A page that scrolls past the map: one finger and the wheel belong to the page. */
  inScrollingPage: boolean
  onMoved(at: Place & { zoom: number }): void
  onArea(code: string): void
  onPin(id: string): void
  onCrowd(box: Box, count: number): void
  onBusy(busy: boolean): void
  onFailed(error: unknown): void
}

export interface OfficeMap {
  show(scene: Scene, fit?: boolean): void
  mark(code: string | null): void
  /** Stand here; nothing happens when the map stands there already. */
  standAt(at: Place & { zoom: number }): void
  /** The box of the filter, if it has one. */
  frame(box: Box | null): void
  /** Ring one place and bring it into view; null takes the ring away. */
  ring(p: Place | null): void
  reload(): void
  repaint(): void
  setInScrollingPage(on: boolean): void
  /**
   * The container has another size for a while: show the same land in it, at once. Without a box
   * the map goes to paper, with the box that came back it returns to the screen.
   */
  fitInto(box: Box | null): Box
  destroy(): void
}

const PANES: readonly [name: string, z: number][] = [
  ['land', 250],
  ['heat', 300],
  ['names', 450],
]

export function mountOfficeMap(el: HTMLElement, o: OfficeMapOptions): OfficeMap {
  const base = mountBase(el, {
    centre: o.at ?? { lng: (THAILAND[0] + THAILAND[2]) / 2, lat: (THAILAND[1] + THAILAND[3]) / 2 },
    zoom: o.at?.zoom ?? 6,
    label: t('map.label'),
    tileUrl: o.tileUrl,
    tileAttribution: o.tileAttribution,
    sample: o.sample,
    map: { zoomSnap: o.tileUrl ? 1 : 0.25, wheelPxPerZoomLevel: 120, worldCopyJump: false },
  })
  const { map } = base
  el.classList.add('mm-office')
  el.classList.toggle('mm-tiled', !!o.tileUrl)
  for (const [name, z] of PANES) {
    const pane = map.createPane(name)
    pane.style.zIndex = String(z)
    pane.style.pointerEvents = 'none'
  }
  const patterns = mountPatterns()
  const tip = make('div', 'mm-tip')
  tip.hidden = true
  el.append(patterns.element, tip)

  let scene = o.scene
  let areas: AreaShape[] = []
  let villages: readonly VillagePoint[] = []
  let frame: L.Rectangle | null = null
  let cells: { index: Map<string, Cell>; size: number } | null = null
  let detail: 'map' | 'full' = 'map'
  let fitNext = !o.at
  let waiting = 0
  let spot: L.CircleMarker | null = null

  let tilesCame = false
  const inks = (of = inksOf(el)): Inks => (tilesCame ? { ...of, land: null } : of)
  const land = new AreasLayer(inks(), {
    pane: 'land',
    bounds: toBounds(grown(THAILAND, 0.02)),
    updateWhenZooming: false,
  })
  const around = new Around(map)
  const heat = new HeatLayer(rampOf(el), { pane: 'heat' })
  const shapes = new Shapes(map, patterns, {
    open: (code) => {
      hideTip()
      o.onArea(code)
    },
    point: (area, at) =>
      area && at ? showTip(o.words.aboutArea(area), at.clientX, at.clientY) : hideTip(),
  })
  const crowds = new Crowds(map, {
    openPin: o.onPin,
    openCrowd: (box, count) => {
      const deepest = map.getZoom() >= 17
      const small = Math.max(box[2] - box[0], box[3] - box[1]) < 1e-4
      if (deepest || small)
        o.onCrowd(grown([box[0] - 1e-4, box[1] - 1e-4, box[2] + 1e-4, box[3] + 1e-4], 0.01), count)
      else map.flyToBounds(toBounds(box), { padding: [60, 60], maxZoom: 17, duration: 0.4 })
    },
  })

  const asks = {
    areas: new Latest(),
    cells: new Latest(),
    crowds: new Latest(),
  }

  async function ask<T>(latest: Latest, work: (signal: AbortSignal) => Promise<T>) {
    waiting += 1
    o.onBusy(true)
    try {
      return await latest.ask(work)
    } catch (error) {
      o.onFailed(error)
      return undefined
    } finally {
      waiting -= 1
      if (waiting === 0) o.onBusy(false)
    }
  }

  function showTip(lines: string[], x: number, y: number): void {
    const frame = el.getBoundingClientRect()
    tip.replaceChildren(
      ...lines.map((line, at) => make('div', at ? 'mm-tip-line' : 'mm-tip-head', line)),
    )
    tip.hidden = false
    // Beside the pointer, on the side with more room.
    const left = x - frame.left
    const top = y - frame.top
    const toLeft = left + 16 + tip.offsetWidth > frame.width
    const toTop = top + 16 + tip.offsetHeight > frame.height
    tip.style.left = `${Math.max(4, toLeft ? left - tip.offsetWidth - 12 : left + 14)}px`
    tip.style.top = `${Math.max(4, toTop ? top - tip.offsetHeight - 12 : top + 14)}px`
  }

  function hideTip(): void {
    tip.hidden = true
  }

  function drawAreas(): void {
    const as = scene.view === 'areas' ? 'choropleth' : 'outline'
    // Where the villages carry the colours, the area around them is only their outline.
    shapes.show(areas, villages.length ? 'outline' : as, o.words.nameOf)
    shapes.showPoints(scene.view === 'pins' ? [] : villages, as)
    nameAround()
  }

  function nameAround(): void {
    around.show(namesAround(land.names(), scene.area), o.words.nameAround, shapes.named())
  }

  async function loadAreas(): Promise<void> {
    const asked = scene
    const wanted = fitNext ? 'map' : detailFor(asked.area, map.getZoom())
    const answer = await ask(asks.areas, (signal) =>
      Promise.all([o.source.areas(asked, wanted, signal), o.source.villages(asked, signal)]),
    )
    if (!answer) return
    detail = wanted
    ;[areas, villages] = answer
    drawAreas()
    if (!fitNext) return
    const box = shapes.box()
    if (!box) return
    fitNext = false
    map.fitBounds(toBounds(box), { padding: [24, 24], animate: false })
  }

  function view(): Box {
    return fromBounds(map.getBounds())
  }

  async function loadFigures(): Promise<void> {
    const asked = scene
    const z = gridForZoom(map.getZoom())
    if (asked.view === 'heat') {
      const box = boxToAsk(view(), cellSizeDeg(z))
      const answer = await ask(asks.cells, (signal) => o.source.cells(asked, z, box, signal))
      if (!answer) return
      cells = { index: indexCells(answer.cells, answer.size_deg), size: answer.size_deg }
      heat.setCells(answer.cells, answer.size_deg)
    } else if (asked.view === 'pins') {
      const level = Math.round(map.getZoom())
      const box = boxToAsk(view(), cellSizeDeg(Math.min(level, 11)))
      const answer = await ask(asks.crowds, (signal) => o.source.crowds(asked, level, box, signal))
      if (!answer) return
      crowds.show(answer, {
        look: o.words.look,
        crowd: o.words.crowd,
        thousands: o.words.thousands(),
      })
    }
  }

  function switchView(): void {
    if (scene.view === 'heat') heat.addTo(map)
    else {
      heat.remove()
      asks.cells.stop()
    }
    if (scene.view !== 'pins') {
      crowds.clear()
      asks.crowds.stop()
    }
    hideTip()
  }

  map.on('moveend', () => {
    if (fitNext) return // the first move is ours, after the areas have come
    o.onMoved({ ...fromLeaflet(map.getCenter()), zoom: map.getZoom() })
    if (detail === 'map' && detailFor(scene.area, map.getZoom()) === 'full') void loadAreas()
    void loadFigures()
  })
  map.on('zoomend', nameAround)
  land.on('load', nameAround)
  // Until a server's tiles come, and where they never do, the land is ours.
  base.tiles?.once('tileload', () => {
    tilesCame = true
    land.setInks(inks())
  })
  map.on('movestart', hideTip)
  map.on('mousemove', (event) => {
    if (scene.view !== 'heat' || !cells) return
    const cell = cellAt(cells.index, cells.size, fromLeaflet(event.latlng))
    if (!cell) return hideTip()
    const km2 = areaKm2(cellBox(cell, cells.size))
    const { clientX, clientY } = event.originalEvent
    showTip(o.words.aboutCell(cell[2], cell[3], km2), clientX, clientY)
  })
  map.on('mouseout', hideTip)
  map.on('click', (event) => {
    if (scene.view !== 'heat' || !cells) return
    const cell = cellAt(cells.index, cells.size, fromLeaflet(event.latlng))
    if (cell) o.onCrowd(cellBox(cell, cells.size), cell[2])
  })

  function setInScrollingPage(on: boolean): void {
    const touch = window.matchMedia?.('(pointer: coarse)').matches ?? false
    if (on) map.scrollWheelZoom.disable()
    else map.scrollWheelZoom.enable()
    if (on && touch) map.dragging.disable()
    else map.dragging.enable()
  }

  setInScrollingPage(o.inScrollingPage)
  switchView()
  land.addTo(map)
  void loadAreas()
  if (!fitNext) void loadFigures()

  return {
    show(next, fit = false) {
      const before = scene
      scene = next
      const asksAgain = before.key !== next.key || before.area !== next.area
      const same = before.view === next.view && before.language === next.language
      if (!asksAgain && same && !fit) return
      if (fit) fitNext = true
      if (before.view !== next.view) switchView()
      if (asksAgain) void loadAreas()
      else if (before.view !== next.view || before.language !== next.language) drawAreas()
      if (before.language !== next.language) base.rename(t('map.label'))
      const box = shapes.box()
      if (fit && !asksAgain && box) {
        fitNext = false
        map.fitBounds(toBounds(box), { padding: [24, 24] })
      }
      if (!fitNext) void loadFigures()
    },
    mark: (code) => shapes.mark(code),
    standAt(at) {
      const now = map.getCenter()
      const same =
        Math.abs(now.lat - at.lat) < 1e-3 &&
        Math.abs(now.lng - at.lng) < 1e-3 &&
        Math.abs(map.getZoom() - at.zoom) < 0.02
      if (same) return
      fitNext = false
      map.setView(toLeaflet(at), at.zoom, { animate: false })
    },
    frame(box) {
      frame?.remove()
      frame = null
      if (!box) return
      frame = L.rectangle(toBounds(box), {
        interactive: false,
        pane: 'names',
        className: 'mm-frame',
      }).addTo(map)
    },
    ring(p) {
      spot?.remove()
      spot = null
      if (!p) return
      spot = L.circleMarker(toLeaflet(p), {
        radius: 22,
        interactive: false,
        pane: 'names',
        className: 'mm-spot',
      }).addTo(map)
      if (!contains(grown(view(), -0.1), p)) map.panTo(toLeaflet(p))
    },
    reload() {
      land.redraw()
      void loadAreas()
      void loadFigures()
    },
    repaint() {
      land.setInks(inks())
      heat.setRamp(rampOf(el))
    },
    setInScrollingPage,
    fitInto(box) {
      const before = view()
      map.invalidateSize({ pan: false, animate: false })
      map.fitBounds(toBounds(box ?? before), { animate: false })
      land.setInks(box ? inks() : inks(PAPER))
      return before
    },
    destroy() {
      for (const latest of Object.values(asks)) latest.stop()
      patterns.element.remove()
      tip.remove()
      el.classList.remove('mm-office', 'mm-tiled')
      base.destroy()
    },
  }
}
