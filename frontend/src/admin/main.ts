// The maps of the administration, which is Django's own: each `.admin-map` names what it shows.

import en from 'messages:en/map'
import th from 'messages:th/map'
import { i18n } from '@lingui/core'
import { mountTerritory, type Territory } from '../map/territory'

async function read<T>(address: string): Promise<T> {
  const answer = await fetch(address, { headers: { Accept: 'application/json' } })
  if (!answer.ok) throw new Error(`${address} answered ${answer.status}`)
  return answer.json()
}

interface Me {
  readonly deployment: { readonly tile_url: string; readonly tile_attribution: string }
}

async function show(el: HTMLElement): Promise<void> {
  const { shapes = '', lang = 'th', label = '' } = el.dataset
  i18n.loadAndActivate({ locale: lang, messages: lang === 'en' ? en : th })
  const [territory, me] = await Promise.all([read<Territory>(shapes), read<Me>('/api/v1/me')])
  mountTerritory(el, {
    label,
    territory,
    tileUrl: me.deployment.tile_url,
    tileAttribution: me.deployment.tile_attribution,
  })
}

for (const el of document.querySelectorAll<HTMLElement>('.admin-map')) {
  show(el).catch(() => {
    el.classList.add('admin-map-failed')
  })
}
