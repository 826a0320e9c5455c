/** What the server says of village meetings, checked as it arrives. */
import * as v from 'valibot'
import { address, call, csrfToken, get, type Options } from '../api'
import type { Language } from '../areas'
import type { Body } from './table'

const SEND_WAIT_MS = 60_000
const PHOTO_WAIT_MS = 120_000

const NeedSchema = v.object({
  id: v.string(),
  number: v.number(),
  category: v.string(),
  words: v.string(),
  severity: v.number(),
  status: v.string(),
})
const OpenNeedSchema = v.object({ ...NeedSchema.entries, confirmations: v.number() })
export type OpenNeed = v.InferOutput<typeof OpenNeedSchema>

const MeetingSchema = v.object({
  id: v.string(),
  village: v.string(),
  held_on: v.string(),
  people_present: v.nullable(v.number()),
  sheet: v.boolean(),
  needs: v.array(
    v.object({ ...NeedSchema.entries, hands: v.nullable(v.number()), new: v.boolean() }),
  ),
})
export type Meeting = v.InferOutput<typeof MeetingSchema>

export const getOpenNeeds = async (village: string, options?: Options): Promise<OpenNeed[]> =>
  (
    await get(
      '/meetings/needs',
      v.object({ results: v.array(OpenNeedSchema) }),
      { village },
      options,
    )
  ).results

export const getMeeting = (id: string, options?: Options): Promise<Meeting> =>
  get(`/meetings/${id}`, MeetingSchema, {}, options)

export const putMeeting = (id: string, body: Body): Promise<Meeting> =>
  write(`/meetings/${id}`, MeetingSchema, JSON.stringify(body), 'application/json', SEND_WAIT_MS)

export const putSheet = (id: string, photo: Blob): Promise<{ sheet: boolean }> =>
  write(
    `/meetings/${id}/sheet`,
    v.object({ sheet: v.boolean() }),
    photo,
    photo.type || 'application/octet-stream',
    PHOTO_WAIT_MS,
  )

export const sheetUrl = (village: string, heldOn: string, lang: Language): string =>
  address('/meetings/sheet.pdf', { village, held_on: heldOn || null, lang })

function write<T>(
  path: string,
  schema: v.GenericSchema<unknown, T>,
  body: BodyInit,
  type: string,
  waitMs: number,
): Promise<T> {
  const headers = { 'Content-Type': type, 'X-CSRFToken': csrfToken() }
  return call(address(path, {}), schema, { method: 'PUT', body, headers }, { waitMs })
}
