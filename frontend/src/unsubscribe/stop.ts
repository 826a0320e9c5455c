/** How the page stands: it ends the following only when a person presses, not when a program looks at the link. */
export type Stop =
  | { readonly state: 'asking' | 'working' | 'ended' }
  | { readonly state: 'failed'; readonly words: string | null } // null: no answer came

/** The token of the address, which servers never see: it stands behind the #. */
export const tokenOf = (hash: string): string => hash.replace(/^#/, '')

interface Body {
  readonly errors?: readonly { readonly detail?: unknown }[]
}

export async function stopFollowing(
  token: string,
  language: string,
  send: typeof fetch = fetch,
): Promise<Stop> {
  try {
    const answer = await send(`/api/v1/unsubscribe/${encodeURIComponent(token)}`, {
      method: 'POST',
      headers: { 'Accept-Language': language },
    })
    if (answer.ok) return { state: 'ended' }
    const body: Body = await answer.json()
    const detail = body.errors?.[0]?.detail
    return { state: 'failed', words: typeof detail === 'string' ? detail : null }
  } catch {
    return { state: 'failed', words: null }
  }
}
