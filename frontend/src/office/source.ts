// Where the map's figures come from: the same filter and the same calls as the list.

import { getAreaFeatures, getAreas, getCells, getClusters, getRanking } from '../api'
import type { Filter } from '../filters'
import type { Source } from '../map/office'
import { type Box, type Geometry, shared } from '../map/place'
import type { AreaShape } from '../map/shapes'
import { outlinesFor } from './levels'
import { type Screen, withoutArea } from './screen'

/** The filter inside a box of the map; null where the reader's own box leaves nothing. */
export function filterIn(filter: Filter, box: Box): Filter | null {
  if (!filter.bbox) return { ...filter, bbox: box }
  const both = shared(filter.bbox, box)
  return both ? { ...filter, bbox: both } : null
}

/** An area without a polygon comes as a point or as nothing: there is no outline to draw. */
function isOutline(geometry: { type: string } | null): geometry is Geometry {
  return geometry?.type === 'Polygon' || geometry?.type === 'MultiPolygon'
}

export function mapSource(screen: () => Screen): Source {
  return {
    async areas(_scene, detail, signal) {
      const { filter, level } = screen()
      const area = filter.area ?? ''
      const { features } = await getAreaFeatures(
        { level: outlinesFor(level), within: area.slice(0, 6), detail },
        withoutArea(filter),
        { signal },
      )
      return features.flatMap(({ geometry, properties }): AreaShape[] =>
        isOutline(geometry) ? [{ geometry, properties }] : [],
      )
    },
    async villages(_scene, signal) {
      const { filter, level } = screen()
      const within = filter.area ?? ''
      // A whole district of villages is a table, not a map.
      if (level !== 'village' || within.length < 6) return []
      const [places, { basis, results }] = await Promise.all([
        getAreas({ level: 'village', within }, { signal }),
        getRanking({ level: 'village', within }, withoutArea(filter), { signal }),
      ])
      const at = new Map(places.map((place) => [place.code, place]))
      return results.flatMap((row) => {
        const { lng, lat } = at.get(row.code) ?? {}
        return typeof lng === 'number' && typeof lat === 'number'
          ? [{ ...row, lng, lat, basis }]
          : []
      })
    },
    async cells(_scene, z, box, signal) {
      const filter = filterIn(screen().filter, box)
      return filter ? getCells(z, filter, { signal }) : { size_deg: 1, cells: [] }
    },
    async crowds(_scene, z, box, signal) {
      const filter = filterIn(screen().filter, box)
      if (!filter) return []
      return (await getClusters(z, filter, { signal })).features.map(
        ({ geometry, properties }) => ({
          geometry: {
            type: 'Point' as const,
            coordinates: [geometry.coordinates[0], geometry.coordinates[1]] as const,
          },
          properties: properties.cluster
            ? properties
            : { ...properties, number: properties.number ?? 0 },
        }),
      )
    },
  }
}
