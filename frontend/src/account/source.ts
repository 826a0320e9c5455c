/** What the server says of accounts, rights and invitations, checked as it arrives. */
import * as v from 'valibot'
import { ApiError, address, call, csrfToken, get, type Options, type Schema } from '../api'

const ALLAUTH = '/_allauth/browser/v1/'
export const LINE_ADDRESS = `${ALLAUTH}auth/provider/redirect`

// Only what the phone page uses of valibot as well: more of it would be loaded there too.
const Nothing = v.custom<unknown>(() => true)
const Place = v.object({ code: v.string(), name_th: v.string(), name_en: v.string() })
const Right = {
  role: v.picklist(['volunteer', 'village_head', 'officer', 'administrator']),
  area_code: v.nullable(v.string()),
  area: v.array(Place),
  office: v.nullable(v.object({ id: v.number(), name_th: v.string(), name_en: v.string() })),
}
const RightSchema = v.object(Right)
export type Right = v.InferOutput<typeof RightSchema>
export type Role = Right['role']

const OffersSchema = v.object({
  person: v.nullable(v.object({ name: v.string(), is_device: v.boolean() })),
  deployment: v.object({
    sample: v.boolean(),
    sign_in: v.object({ code: v.boolean(), line: v.boolean() }),
    demo_accounts: v.array(
      v.object({
        username: v.string(),
        password: v.string(),
        name_th: v.string(),
        name_en: v.string(),
      }),
    ),
  }),
})
/** Who asks, and which ways in this deployment has. */
export type Offers = v.InferOutput<typeof OffersSchema>

const AccountSchema = v.object({
  name: v.string(),
  username: v.string(),
  email: v.nullable(v.string()),
  has_password: v.boolean(),
  needs_current_password: v.boolean(),
  line: v.boolean(),
  grants: v.array(v.object({ id: v.number(), ...Right })),
  sees_people: v.boolean(),
})
export type Account = v.InferOutput<typeof AccountSchema>

const LookSchema = v.object({ ...Right, made_by: v.string(), expires_at: v.string() })
export type Look = v.InferOutput<typeof LookSchema>
const JoinedSchema = v.object({
  ...Right,
  name: v.string(),
  username: v.string(),
  has_password: v.boolean(),
})
export type Joined = v.InferOutput<typeof JoinedSchema>

const GrantsSchema = v.object({
  places: v.array(v.object({ code: v.string(), area: v.array(Place) })),
  administers: v.array(v.string()),
  results: v.array(
    v.object({
      id: v.number(),
      ...Right,
      person: v.object({ name: v.string(), username: v.nullable(v.string()) }),
      me: v.boolean(),
      given_at: v.string(),
      may_revoke: v.boolean(),
    }),
  ),
  next: v.nullable(v.number()),
})
export type Grants = v.InferOutput<typeof GrantsSchema>
export type Grant = Grants['results'][number]

const Open = {
  id: v.number(),
  ...Right,
  note: v.string(),
  made_by: v.string(),
  made_at: v.string(),
  expires_at: v.string(),
  may_revoke: v.boolean(),
}
const OpenSchema = v.object({ results: v.array(v.object(Open)), next: v.nullable(v.number()) })
export type OpenInvitation = v.InferOutput<typeof OpenSchema>['results'][number]
const SheetSchema = v.object({
  results: v.array(
    v.object({
      ...Open,
      code: v.string(),
      link: v.string(),
      qr: v.pipe(v.string(), v.regex(/^data:image\/svg\+xml/)),
    }),
  ),
})
export type Sheet = v.InferOutput<typeof SheetSchema>['results']
const OfficesSchema = v.object({
  results: v.array(v.object({ id: v.number(), name_th: v.string(), name_en: v.string() })),
})
export type OfficeChoice = v.InferOutput<typeof OfficesSchema>['results'][number]

function send<T>(method: string, url: string, schema: Schema<T>, body?: unknown): Promise<T> {
  const json = body === undefined ? {} : { body: JSON.stringify(body) }
  const headers = { 'Content-Type': 'application/json', 'X-CSRFToken': csrfToken() }
  return call(url, schema, { method, headers, ...json })
}

export const getOffers = (options?: Options) => get('/me', OffersSchema, {}, options)
export const getAccount = () => get('/account', AccountSchema, {})

/** A text with an @ is an e-mail address: no user name has one. */
export function signIn(who: string, password: string): Promise<unknown> {
  const name = who.trim()
  const by = name.includes('@') ? { email: name } : { username: name }
  return send('POST', `${ALLAUTH}auth/login`, Nothing, { ...by, password })
}

/** The answer to this is "not signed in yet", which is what was asked for. */
export async function requestCode(email: string): Promise<void> {
  try {
    await send('POST', `${ALLAUTH}auth/code/request`, Nothing, { email: email.trim() })
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 401)) throw error
  }
}

export const confirmCode = (code: string) =>
  send('POST', `${ALLAUTH}auth/code/confirm`, Nothing, { code: code.trim() })
export const addEmail = (email: string) =>
  send('POST', `${ALLAUTH}account/email`, Nothing, { email: email.trim() })
export const verifyEmail = (key: string) =>
  send('POST', `${ALLAUTH}auth/email/verify`, Nothing, { key: key.trim() })
export const removeEmail = (email: string) =>
  send('DELETE', `${ALLAUTH}account/email`, Nothing, { email })

export const changeAccount = (
  change: Partial<Record<'name' | 'username' | 'password' | 'current_password', string>>,
) => send('PATCH', address('/account', {}), AccountSchema, change)
export const endSessions = () => send('DELETE', address('/account/sessions', {}), Nothing)

export const lookAt = (code: string) =>
  send('POST', address('/invitations/look', {}), LookSchema, { code })
export const accept = (body: { code: string; name?: string; password?: string }) =>
  send('POST', address('/invitations/accept', {}), JoinedSchema, body)

export const getGrants = (after: number) => get('/grants', GrantsSchema, { after })
export const revokeGrant = (id: number) => send('DELETE', address(`/grants/${id}`, {}), Nothing)
export const getInvitations = (after: number) => get('/invitations', OpenSchema, { after })
export const revokeInvitation = (id: number) =>
  send('DELETE', address(`/invitations/${id}`, {}), Nothing)
export const getOffices = (area: string) => get('/invitations/offices', OfficesSchema, { area })
export const invite = (body: {
  role: Role
  area_code?: string
  office?: number
  count: number
  days: number
  note: string
}) => send('POST', address('/invitations', {}), SheetSchema, body)
