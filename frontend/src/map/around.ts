// Names of the areas around the chosen one, so that an officer sees whose neighbour it is.

import { make } from './dom'
import { type Label, labelsThatFit, widthOf } from './labels'
import { L, toLeaflet } from './leaflet'
import type { TileName } from './outlines'

const NAME_PX = 12

export class Around {
  readonly #map: L.Map
  readonly #names = L.layerGroup()

  constructor(map: L.Map) {
    this.#map = map
    this.#names.addTo(map)
  }

  /** `standing` is what keeps its room: the names of the chosen area's own parts. */
  show(names: readonly TileName[], nameOf: (name: TileName) => string, standing: readonly Label[]) {
    this.#names.clearLayers()
    const boxes = names.map((name) => {
      const { x, y } = this.#map.latLngToLayerPoint(toLeaflet(name))
      return { x, y, width: widthOf(nameOf(name), NAME_PX), height: NAME_PX * 1.5 }
    })
    for (const index of labelsThatFit(boxes, { standing, gap: 6 })) {
      const name = names[index]
      if (!name) continue
      L.marker(toLeaflet(name), {
        interactive: false,
        keyboard: false,
        pane: 'names',
        icon: L.divIcon({
          className: 'mm-name mm-name-around',
          html: make('span', 'mm-name-text', nameOf(name)),
          iconSize: [0, 0],
        }),
      }).addTo(this.#names)
    }
  }
}
