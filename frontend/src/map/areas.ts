// The base map from our own data: land and the borders of its areas, on canvas tiles.

import { L } from './leaflet'
import {
  type AreaTile,
  readTile,
  sharpness,
  strokesAt,
  TILE_LEVELS,
  TILE_PX,
  type TileLevel,
  type TileName,
} from './outlines'

/** A canvas reaches this far over its tile, so that no seam shows between whole zooms. */
const OVER_PX = 1

export interface Inks {
  land: string | null // null: tiles of a server lie below
  border: string
  line: string
}

/** What is printed is paper, whatever the theme of the screen. */
export const PAPER: Inks = { land: 'white', border: 'dimgray', line: 'silver' }

/** The inks as the tokens of the current theme have them. */
export function inksOf(el: Element): Inks {
  const style = getComputedStyle(el)
  const token = (name: string, fallback: string) => style.getPropertyValue(name).trim() || fallback
  return {
    land: token('--surface', PAPER.land ?? 'white'),
    border: token('--line-strong', PAPER.border),
    line: token('--line', PAPER.line),
  }
}

interface Live {
  canvas: HTMLCanvasElement
  z: number
  asked: AbortController
  paths: Record<TileLevel, Path2D> | null
  names: readonly TileName[]
}

export class AreasLayer extends L.GridLayer {
  #inks: Inks
  readonly #live = new Map<HTMLElement, Live>()

  constructor(inks: Inks, options: L.GridLayerOptions) {
    super({ tileSize: TILE_PX, className: 'mm-areas', ...options })
    this.#inks = inks
    this.on('tileunload', (event) => {
      const element = (event as L.TileEvent).tile as HTMLElement
      this.#live.get(element)?.asked.abort()
      this.#live.delete(element)
    })
  }

  override getEvents() {
    return { ...super.getEvents?.(), zoomend: () => this.#repaint() }
  }

  setInks(inks: Inks): void {
    this.#inks = inks
    this.#repaint()
  }

  /** The names in the tiles of the present zoom. */
  names(): TileName[] {
    const tileZoom = Math.max(...[...this.#live.values()].map(({ z }) => z))
    return [...this.#live.values()].flatMap(({ z, names }) => (z === tileZoom ? names : []))
  }

  protected override createTile(coords: L.Coords, done: L.DoneCallback): HTMLElement {
    const element = document.createElement('div')
    const canvas = document.createElement('canvas')
    canvas.className = 'mm-areas-canvas'
    element.append(canvas)
    const live: Live = {
      canvas,
      z: coords.z,
      asked: new AbortController(),
      paths: null,
      names: [],
    }
    this.#live.set(element, live)
    this.#fill(live, coords).then(
      () => done(undefined, element),
      // A background that did not come is no reason to stop a person.
      (error: Error) => live.asked.signal.aborted || done(error, element),
    )
    return element
  }

  async #fill(live: Live, { x, y, z }: L.Coords): Promise<void> {
    const { signal } = live.asked
    const answer = await fetch(`/api/v1/tiles/areas/${z}/${x}/${y}.mvt`, { signal })
    if (!answer.ok) throw new Error(`tile: ${answer.status}`)
    const tile = readTile(await answer.arrayBuffer(), { x, y, z })
    live.paths = pathsOf(tile)
    live.names = tile.names
    this.#paint(live)
  }

  #repaint(): void {
    for (const live of this.#live.values()) this.#paint(live)
  }

  #paint({ canvas, z, paths }: Live): void {
    const context = canvas.getContext('2d')
    if (!context || !paths || !this._map) return
    const { shown, density } = sharpness(this._map.getZoom(), z, window.devicePixelRatio || 1)
    const side = Math.round((TILE_PX + 2 * OVER_PX) * density)
    canvas.width = side
    canvas.height = side
    const scale = side / (TILE_PX + 2 * OVER_PX)
    context.scale(scale, scale)
    context.translate(OVER_PX, OVER_PX)
    const { land } = this.#inks
    if (land) {
      context.fillStyle = land
      context.fill(paths.province)
    }
    context.lineJoin = 'round'
    for (const { level, widthPx, ink } of strokesAt(z)) {
      context.strokeStyle = this.#inks[ink]
      context.lineWidth = widthPx / shown
      context.stroke(paths[level])
    }
  }
}

/** One path a level: a border that two areas share is then drawn once. */
function pathsOf({ rings }: AreaTile): Record<TileLevel, Path2D> {
  const paths = TILE_LEVELS.map((level) => {
    const path = new Path2D()
    for (const ring of rings[level]) {
      path.moveTo(ring[0] ?? 0, ring[1] ?? 0)
      for (let i = 2; i + 1 < ring.length; i += 2) path.lineTo(ring[i] ?? 0, ring[i + 1] ?? 0)
      path.closePath()
    }
    return [level, path]
  })
  return Object.fromEntries(paths) as Record<TileLevel, Path2D>
}
