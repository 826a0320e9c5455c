export type Theme = 'auto' | 'light' | 'dark' | 'outdoor'

const STORED = 'meemap.theme'
const THEMES: readonly Theme[] = ['auto', 'light', 'dark', 'outdoor']

export function storedTheme(): Theme {
  try {
    return THEMES.find((theme) => theme === localStorage.getItem(STORED)) ?? 'auto'
  } catch {
    return 'auto'
  }
}

export function setTheme(theme: Theme): void {
  if (theme === 'auto') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = theme
  try {
    localStorage.setItem(STORED, theme)
  } catch {
    // Private windows may refuse storage: the choice then lasts as long as the page.
  }
}
