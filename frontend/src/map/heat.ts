// Heat cells on canvas tiles. Cells stay cells at every zoom: blurring them into clouds
// would show need where nobody reported any.

import { type Cell, cellBox, densityPer100Km2 } from './cells'
import { NEED_CLASSES, type NeedClass, shadeOfCell } from './classes'
import { L } from './leaflet'

const TILE_PX = 256

interface Painted {
  box: readonly [number, number, number, number]
  need: NeedClass
  little: boolean
}

export type Ramp = Record<NeedClass, string>

/** The ramp as the tokens of the current theme have it. */
export function rampOf(el: Element): Ramp {
  const style = getComputedStyle(el)
  const fallback: Ramp = { 1: '#f3e3c3', 2: '#e8b98a', 3: '#d1805c', 4: '#a6423f', 5: '#661224' }
  return Object.fromEntries(
    NEED_CLASSES.map((need) => [
      need,
      style.getPropertyValue(`--need-${need}`).trim() || fallback[need],
    ]),
  ) as Ramp
}

export class HeatLayer extends L.GridLayer {
  #cells: Painted[] = []
  #ramp: Ramp
  #live = new Map<HTMLCanvasElement, L.Coords>()

  constructor(ramp: Ramp, options: L.GridLayerOptions) {
    super({ tileSize: TILE_PX, ...options })
    this.#ramp = ramp
    this.on('tileunload', (event) => {
      this.#live.delete((event as L.TileEvent).tile as unknown as HTMLCanvasElement)
    })
  }

  setCells(cells: readonly Cell[], sizeDeg: number): void {
    this.#cells = cells.flatMap((cell): Painted[] => {
      const shade = shadeOfCell(cell[2], densityPer100Km2(cell, sizeDeg))
      // Where every need is met there is no urgency to paint; the tip still tells of the pins.
      if (shade.kind !== 'need') return []
      return [{ box: cellBox(cell, sizeDeg), need: shade.need, little: shade.little }]
    })
    this.#repaint()
  }

  setRamp(ramp: Ramp): void {
    this.#ramp = ramp
    this.#repaint()
  }

  #repaint(): void {
    for (const [canvas, coords] of this.#live) this.#paint(canvas, coords)
  }

  protected override createTile(coords: L.Coords): HTMLElement {
    const canvas = document.createElement('canvas')
    this.#live.set(canvas, coords)
    this.#paint(canvas, coords)
    return canvas
  }

  #paint(canvas: HTMLCanvasElement, coords: L.Coords): void {
    const density = window.devicePixelRatio || 1
    canvas.width = TILE_PX * density
    canvas.height = TILE_PX * density
    const context = canvas.getContext('2d')
    if (!context) return
    context.scale(density, density)
    const worldPx = TILE_PX * 2 ** coords.z
    const x = (lng: number) => ((lng + 180) / 360) * worldPx - coords.x * TILE_PX
    const y = (lat: number) => {
      const sine = Math.sin((lat * Math.PI) / 180)
      const share = 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)
      return share * worldPx - coords.y * TILE_PX
    }
    for (const { box, need, little } of this.#cells) {
      const left = x(box[0])
      const right = x(box[2])
      const top = y(box[3])
      const bottom = y(box[1])
      if (right < 0 || left > TILE_PX || bottom < 0 || top > TILE_PX) continue
      // Half a pixel less on each side leaves the grid visible between the cells.
      const rectangle = [left + 0.5, top + 0.5, right - left - 1, bottom - top - 1] as const
      context.fillStyle = this.#ramp[need]
      context.fillRect(...rectangle)
      if (little) this.#hatch(context, rectangle, need)
    }
  }

  #hatch(
    context: CanvasRenderingContext2D,
    [left, top, width, height]: readonly [number, number, number, number],
    need: NeedClass,
  ): void {
    context.save()
    context.beginPath()
    context.rect(left, top, width, height)
    context.clip()
    context.strokeStyle = need >= 4 ? 'rgb(255 255 255 / 75%)' : 'rgb(70 40 20 / 60%)'
    context.lineWidth = 1
    context.beginPath()
    // 8 divides the tile, so the lines run on from tile to tile.
    const from = Math.ceil((left + top) / 8) * 8
    for (let at = from; at <= left + top + width + height; at += 8) {
      context.moveTo(at - top, top)
      context.lineTo(at - top - height, top + height)
    }
    context.stroke()
    context.restore()
  }
}
