/** Areas by name. */
import * as v from 'valibot'
import { AreaSchema, get, type Options } from '../api'

/** An area that a search found, with the names of what it lies in, nearest first. */
const FoundAreasSchema = v.object({
  results: v.array(
    v.object({
      ...AreaSchema.entries,
      above_th: v.array(v.string()),
      above_en: v.array(v.string()),
    }),
  ),
})
export type FoundArea = v.InferOutput<typeof FoundAreasSchema>['results'][number]

/** Best first: the server forgives typing errors and knows the words for the levels. */
export const searchAreas = async (
  q: string,
  limit: number,
  options?: Options,
): Promise<FoundArea[]> => (await get('/areas', FoundAreasSchema, { q, limit }, options)).results
