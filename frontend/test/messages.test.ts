import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { compileMessage } from '@lingui/message-utils/compileMessage'
import { describe, expect, test } from 'vitest'
import { readMessages } from '../vite-messages'

const SRC = join(import.meta.dirname, '../src')
const th = readMessages(join(SRC, 'locales/th.po'))
const en = readMessages(join(SRC, 'locales/en.po'))

/** The sections of messages that a folder may use: those its page loads. */
const SECTIONS: Record<string, readonly string[]> = {
  landing: ['common', 'landing'],
  data: ['common', 'data'],
  phone: ['common', 'map', 'phone'],
  reports: ['common', 'life', 'reports'],
  where: ['common', 'map', 'where'],
  map: ['common', 'map'],
  office: ['common', 'life', 'map', 'office'],
  life: ['common', 'life'],
  need: ['common', 'life', 'need', 'solution'],
  round: ['common', 'round', 'vote'],
  village: ['common', 'life', 'round', 'village'],
  exchange: ['common', 'imports'],
  meeting: ['common', 'meeting'],
  budget: ['common', 'budget', 'round'],
  account: ['common', 'account'],
  unsubscribe: ['common', 'unsubscribe'],
}
const SHARED = ['common']

interface Use {
  id: string
  file: string
}

function sources(): string[] {
  return readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(ts|svelte)$/.test(path) && !path.endsWith('.test.ts'))
    .map((path) => join(SRC, path))
}

function uses(): Use[] {
  return sources().flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/\b(?:t|msg)\(\s*(['"`])(.*?)\1/g)].map((match) => ({
      id: match[2] ?? '',
      file: relative(SRC, file),
    })),
  )
}

function variables(text: string): string[] {
  const found = new Set<string>()
  const walk = (tokens: unknown) => {
    if (!Array.isArray(tokens)) return
    for (const token of tokens) {
      if (Array.isArray(token)) {
        if (typeof token[0] === 'string') found.add(token[0])
        if (token[2] && typeof token[2] === 'object') Object.values(token[2]).forEach(walk)
      }
    }
  }
  walk(compileMessage(text))
  return [...found].sort()
}

describe('messages', () => {
  test('Thai and English say the same things', () => {
    expect([...en.keys()].sort()).toEqual([...th.keys()].sort())
  })

  test('no id stands twice in a file', () => {
    for (const language of ['th', 'en']) {
      const text = readFileSync(join(SRC, `locales/${language}.po`), 'utf8')
      const ids = [...text.matchAll(/^msgid "(.+)"$/gm)].map((match) => match[1])
      expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([])
    }
  })

  test('none is empty', () => {
    const empty = [...th, ...en].filter(([, text]) => text.trim() === '').map(([id]) => id)
    expect(empty).toEqual([])
  })

  test('both languages fill in the same values', () => {
    const differing = [...th].filter(
      ([id, text]) => variables(text).join() !== variables(en.get(id) ?? '').join(),
    )
    expect(differing).toEqual([])
  })

  test('every message that is used exists', () => {
    expect(uses().filter(({ id }) => !th.has(id))).toEqual([])
  })

  test('every message that exists is used', () => {
    const used = new Set(uses().map(({ id }) => id))
    expect([...th.keys()].filter((id) => !used.has(id))).toEqual([])
  })

  test('a folder uses only the sections that its page loads', () => {
    const astray = uses().filter(({ id, file }) => {
      const allowed = SECTIONS[file.split('/')[0] ?? ''] ?? SHARED
      return !allowed.includes(id.split('.')[0] ?? '')
    })
    expect(astray).toEqual([])
  })

  test('no Thai text carries a Latin word other than names and file formats', () => {
    const names =
      /\{[^{}]*\}|ME\(e\) Map|GPS|QR|LINE|Excel|GeoJSON|CSV|GIS|ISO|JavaScript|OpenStreetMap|SML|KPI/g
    // The dictionary of the data names columns and values as they stand in the files.
    const values =
      /\b(place_precision|exact|village|cell|chosen|suggested|none|near|outside|pins|areas)\b/g
    const foreign = [...th].filter(([id, text]) => {
      const rest = id.startsWith('data.') ? text.replace(values, '') : text
      return /[A-Za-z]{2,}/.test(rest.replace(names, ''))
    })
    expect(foreign).toEqual([])
  })
})
