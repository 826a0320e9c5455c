// How wide the list is beside the map, remembered on this computer.

const STORED = 'meemap.office.panel'
export const PANEL_DEFAULT_PX = 640

/** Neither the map nor the list may vanish. Pure. */
export function panelWidth(wanted: number, windowPx: number): number {
  const most = Math.max(380, windowPx - 420)
  return Math.round(Math.min(most, Math.max(380, wanted)))
}

export function storedPanel(): number {
  try {
    return Number(localStorage.getItem(STORED)) || PANEL_DEFAULT_PX
  } catch {
    return PANEL_DEFAULT_PX
  }
}

export function storePanel(px: number): void {
  try {
    localStorage.setItem(STORED, String(px))
  } catch {
    // Private windows may refuse storage: the width then lasts as long as the page.
  }
}

const KEYS_OFF = 'office-keys-off'

/** Keys of one letter can be turned off: who dictates, or whose finger strays, presses letters too. */
export function keysAreOn(): boolean {
  try {
    return localStorage.getItem(KEYS_OFF) === null
  } catch {
    return true
  }
}

export function storeKeys(on: boolean): void {
  try {
    if (on) localStorage.removeItem(KEYS_OFF)
    else localStorage.setItem(KEYS_OFF, '1')
  } catch {
    // Without storage the choice lasts as long as the page.
  }
}
