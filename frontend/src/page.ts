import './base.css'
import { type Component, mount } from 'svelte'
import { type Catalogs, startLanguage } from './i18n'
import { setTheme, storedTheme } from './theme'

/** What every page does first: its theme, its language, then the screen. */
export async function startPage(Screen: Component, catalogs: Catalogs): Promise<void> {
  setTheme(storedTheme())
  await startLanguage(catalogs)
  const target = document.getElementById('app')
  if (!target) throw new Error('the page has no #app')
  target.replaceChildren()
  mount(Screen, { target })
}
