/** The log of a pin, as the office shows it. */
import * as v from 'valibot'
import { get, type Options } from '../api'

const EntriesSchema = v.object({
  results: v.array(
    v.object({
      at: v.string(),
      kind: v.string(),
      from: v.nullish(v.string()),
      to: v.nullish(v.string()),
      words: v.nullish(v.string()),
      meeting: v.nullish(
        v.object({ held_on: v.string(), hands: v.nullish(v.number()), new: v.boolean() }),
      ),
    }),
  ),
})
export type Entry = v.InferOutput<typeof EntriesSchema>['results'][number]

export const getEntries = async (id: string, options?: Options): Promise<Entry[]> =>
  (await get(`/pins/${id}/entries`, EntriesSchema, {}, options)).results
