// Acts on many needs, views by name and the shortlist, as the server keeps them.

import * as v from 'valibot'
import { get, type Options } from '../api'
import { type Acts, ActsSchema, type Done, type Need, NeedSchema, send } from '../life/source'

const ViewSchema = v.object({
  id: v.string(),
  name: v.string(),
  query: v.string(),
  count: v.nullable(v.number()),
})
export type SavedView = v.InferOutput<typeof ViewSchema>
const ViewsSchema = v.object({ results: v.array(ViewSchema) })
const ShortlistSchema = v.object({ results: v.array(NeedSchema) })

export type Many =
  | ({ do: 'status' } & Acts['status'])
  | { do: 'check' | 'show' }
  | { do: 'hide'; words: string }

export const actOnMany = async (pins: readonly string[], what: Many): Promise<Done[]> =>
  (await send('/pins/act', ActsSchema, 'POST', { ...what, pins })).results

export const getViews = async (options?: Options): Promise<SavedView[]> =>
  (await get('/saved-views', ViewsSchema, {}, options)).results

export const saveView = (name: string, query: string): Promise<SavedView> =>
  send('/saved-views', ViewSchema, 'POST', { name, query })

export const renameView = (id: string, name: string): Promise<SavedView> =>
  send(`/saved-views/${id}`, ViewSchema, 'PATCH', { name })

export const forgetView = (id: string): Promise<unknown> =>
  send(`/saved-views/${id}`, v.unknown(), 'DELETE')

export const getShortlist = async (options?: Options): Promise<Need[]> =>
  (await get('/shortlist', ShortlistSchema, {}, options)).results

export const putShortlist = async (pins: readonly string[]): Promise<Need[]> =>
  (await send('/shortlist', ShortlistSchema, 'PUT', { pins })).results

/** Pages of one paper, as the server makes it. */
export const MOST_SHEETS = 60

const SilentSchema = v.object({
  count: v.number(),
  results: v.array(
    v.object({
      code: v.string(),
      name_th: v.string(),
      name_en: v.string(),
      subdistrict_th: v.string(),
      subdistrict_en: v.string(),
    }),
  ),
})
export type Silent = v.InferOutput<typeof SilentSchema>

/** Villages of the officer's own places from which nobody has reported yet. */
export const getSilent = (within: string, options?: Options): Promise<Silent> =>
  get('/silent-villages', SilentSchema, { within }, options)
