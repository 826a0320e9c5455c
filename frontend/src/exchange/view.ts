/** What the address says of the screen. */
export type View =
  | { at: 'home'; kind: string }
  | { at: 'import'; id: string }
  | { at: 'sets' }
  | { at: 'set'; id: number }

export function readView(query: string): View {
  const params = new URLSearchParams(query)
  const id = params.get('import') ?? ''
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)) return { at: 'import', id }
  const set = params.get('set') ?? ''
  if (/^\d{1,9}$/.test(set)) return { at: 'set', id: Number(set) }
  if (params.has('sets')) return { at: 'sets' }
  const kind = params.get('kind') ?? ''
  return { at: 'home', kind: /^[a-z]{1,20}$/.test(kind) ? kind : '' }
}

export function viewAddress(view: View): string {
  if (view.at === 'import') return `?import=${view.id}`
  if (view.at === 'set') return `?set=${view.id}`
  if (view.at === 'sets') return '?sets'
  return view.kind ? `?kind=${view.kind}` : '/office/import/'
}
