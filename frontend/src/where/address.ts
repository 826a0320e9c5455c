/** What is asked, as it stands in the address: it can be shared, and Back works. */
import { readPoint } from '../phone/report'

export interface Point {
  readonly lng: number
  readonly lat: number
}

export interface Asked {
  readonly point: Point | null
  /** Code of the village that the person chose. */
  readonly village: string | null
  readonly category: string | null
}

export const hasPlace = ({ point, village }: Asked): boolean => point !== null || village !== null

/** What cannot be read is as if it were not there. */
export function readAddress(search: string): Asked {
  const query = new URLSearchParams(search)
  const village = query.get('village') ?? ''
  const category = query.get('category') ?? ''
  return {
    point: readPoint(query.get('lng'), query.get('lat')),
    village: /^\d{8,9}$/.test(village) ? village : null,
    category: /^[a-z][a-z_]{0,40}$/.test(category) ? category : null,
  }
}

/** The query of an address; the language that was asked for stays in it. */
export function writeAddress({ point, village, category }: Asked, before = ''): string {
  const query = new URLSearchParams()
  if (point) {
    query.set('lng', degrees(point.lng))
    query.set('lat', degrees(point.lat))
  }
  if (category) query.set('category', category)
  if (village) query.set('village', village)
  const lang = new URLSearchParams(before).get('lang')
  if (lang) query.set('lang', lang)
  const text = query.toString()
  return text && `?${text}`
}

/** The page on which a need is pinned here; it knows points and categories. */
export function pinAddress({ point, category }: Asked): string {
  return `/m/${writeAddress({ point, category, village: null })}`
}

const degrees = (value: number): string => String(Number(value.toFixed(6)))
