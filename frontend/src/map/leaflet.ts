// The door to Leaflet: the only place where lng, lat becomes lat, lng and back.

import 'leaflet/dist/leaflet.css'
import './map.css'
import * as L from 'leaflet'
import type { Box, Place } from './place'

export { L }

export function toLeaflet(p: Place): L.LatLng {
  return L.latLng(p.lat, p.lng)
}

export function fromLeaflet(p: L.LatLng): Place {
  return { lng: p.lng, lat: p.lat }
}

export function toBounds(box: Box): L.LatLngBounds {
  return L.latLngBounds([box[1], box[0]], [box[3], box[2]])
}

export function fromBounds(bounds: L.LatLngBounds): Box {
  return [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()]
}
