// What the phone's map needs of Leaflet, from its own sources: half of the whole. The phone's build takes this for
// 'leaflet' (vite.config.ts); what is missing here is undefined there. (No canvas, popups, tooltips, markers to drag,
// controls, box zoom.)
import { LatLng, toLatLng as latLng } from 'leaflet/src/geo/LatLng.js'
import { LatLngBounds, toLatLngBounds as latLngBounds } from 'leaflet/src/geo/LatLngBounds.js'
import { GeoJSON, geoJSON } from 'leaflet/src/layer/GeoJSON.js'
import { LayerGroup, layerGroup } from 'leaflet/src/layer/LayerGroup.js'
import { divIcon } from 'leaflet/src/layer/marker/DivIcon.js'
import { Marker, marker } from 'leaflet/src/layer/marker/Marker.js'
import { GridLayer } from 'leaflet/src/layer/tile/GridLayer.js'
import { TileLayer, tileLayer } from 'leaflet/src/layer/tile/TileLayer.js'
import { Circle, circle } from 'leaflet/src/layer/vector/Circle.js'
import { circleMarker } from 'leaflet/src/layer/vector/CircleMarker.js'
import { svg } from 'leaflet/src/layer/vector/SVG.js'
import 'leaflet/src/map/handler/Map.DoubleClickZoom.js'
import 'leaflet/src/map/handler/Map.Drag.js'
import 'leaflet/src/map/handler/Map.Keyboard.js'
import 'leaflet/src/map/handler/Map.TapHold.js'
import 'leaflet/src/map/handler/Map.TouchZoom.js'
import { Map as LeafletMap, createMap as map } from 'leaflet/src/map/Map.js'

// Leaflet's own getRenderer would bring the canvas along.
LeafletMap.include({
  getRenderer() {
    this._renderer ??= svg()
    if (!this.hasLayer(this._renderer)) this.addLayer(this._renderer)
    return this._renderer
  },
})

export {
  Circle,
  circle,
  circleMarker,
  divIcon,
  GeoJSON,
  GridLayer,
  geoJSON,
  LatLng,
  LatLngBounds,
  LayerGroup,
  LeafletMap as Map,
  latLng,
  latLngBounds,
  layerGroup,
  Marker,
  map,
  marker,
  TileLayer,
  tileLayer,
}
