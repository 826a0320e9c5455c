/** Questions about a place: the server answers them where there is a line, a tambon pack where there is none. */
import * as v from 'valibot'
import { type Area, type Category, get, getAreas, getWhere, type Options, type Where } from '../api'
import { areasIn, type Found, nearIn, type PackGeometry, whereIn } from './pack'
import { readNear, readPacks, readThumb } from './packs'

const PATIENCE_MS = 3000

/** The server's answer, or the pack's where there is none, or none soon. Throws the server's failure if both are silent. */
async function ask<T>(network: () => Promise<T>, offline: () => Promise<T | null>): Promise<T> {
  if (!navigator.onLine) {
    const found = await offline()
    if (found) return found
  }
  const answer = network()
  const late = new Promise<'late'>((done) => setTimeout(() => done('late'), PATIENCE_MS))
  try {
    const first = await Promise.race([answer, late])
    return first === 'late' ? ((await offline()) ?? (await answer)) : first
  } catch (error) {
    const found = await offline()
    if (found) return found
    throw error
  }
}

export const findWhere = (lng: number, lat: number, options?: Options): Promise<Where> =>
  ask(
    () => getWhere(lng, lat, options),
    async () => whereIn(await readPacks(), { lng, lat }),
  )

export const findAreas = (query: Parameters<typeof getAreas>[0]): Promise<Area[]> =>
  ask(
    () => getAreas(query),
    async () => {
      const found = areasIn(await readPacks(), query)
      return found.length ? found : null
    },
  )

/** Outlines of the subdistricts of a district, for the map, from a pack. */
export async function outlinesOf(district: string): Promise<
  {
    geometry: Exclude<PackGeometry, { type: 'Point' }>
    properties: { code: string; name_th: string; name_en: string }
  }[]
> {
  const packs = await readPacks()
  return packs
    .filter(({ code }) => code.startsWith(district))
    .slice(0, 1)
    .flatMap(({ outlines }) =>
      outlines.flatMap(({ geometry, ...properties }) =>
        geometry && geometry.type !== 'Point' ? [{ geometry, properties }] : [],
      ),
    )
}

const DuplicatesSchema = v.object({
  results: v.array(
    v.object({
      id: v.string(),
      number: v.number(),
      category: v.string(),
      words: v.string(),
      status: v.string(),
      confirmations: v.number(),
      lng: v.number(),
      lat: v.number(),
      distance_m: v.number(),
      thumb: v.nullish(v.string()),
    }),
  ),
})
/** With an address of its photo: of the server's, or of bytes that a pack has. */
export type Candidate = Found & { readonly thumb: string | null }

/** Needs near a place that may be the same: none is an answer too. Never throws, since this only helps. */
export async function findNear(
  at: { lng: number; lat: number },
  category: Category,
  words: string,
  mine: ReadonlySet<string>,
): Promise<Candidate[]> {
  const query = { lng: at.lng.toFixed(6), lat: at.lat.toFixed(6), category: category.slug, words }
  try {
    return await ask(
      async () => {
        const { results } = await get('/duplicates', DuplicatesSchema, query)
        return results
          .filter(({ id }) => !mine.has(id))
          .map(({ distance_m, thumb, ...one }) => ({
            ...one,
            photo: null,
            distanceM: distance_m,
            thumb: thumb ?? null,
          }))
      },
      async () => {
        const found = nearIn(await readNear(), at, category, mine)
        return Promise.all(
          found.map(async (one) => {
            const photo = one.photo ? await readThumb(one.photo) : null
            return { ...one, thumb: photo && URL.createObjectURL(photo) }
          }),
        )
      },
    )
  } catch {
    return []
  }
}
