import { readFileSync } from 'node:fs'
import { compileMessage } from '@lingui/message-utils/compileMessage'
import { po } from 'gettext-parser'
import type { Plugin } from 'vite'

const PREFIX = 'messages:'

/** The texts of one .po file by id, in the order of the file. */
export function readMessages(path: string): Map<string, string> {
  const texts = new Map<string, string>()
  const catalog = po.parse(readFileSync(path, 'utf8'), { validation: true }).translations['']
  for (const { msgid, msgstr } of Object.values(catalog ?? {})) {
    if (msgid) texts.set(msgid, msgstr[0] ?? '')
  }
  return texts
}

/**
 * `import th from 'messages:th/common,phone'` gives the compiled messages of those sections of
 * src/locales/th.po. A section is the part of an id before its first dot, so that the phone does
 * not download the texts of the office.
 */
export function messages(folder: string): Plugin {
  return {
    name: 'messages',
    resolveId(id) {
      return id.startsWith(PREFIX) ? `\0${id}` : null
    },
    load(id) {
      if (!id.startsWith(`\0${PREFIX}`)) return null
      const [language = '', sections = ''] = id.slice(PREFIX.length + 1).split('/')
      const path = `${folder}/${language}.po`
      this.addWatchFile(path)
      const wanted = new Set(sections.split(','))
      const compiled: Record<string, unknown> = {}
      for (const [key, text] of readMessages(path)) {
        if (!wanted.has(key.split('.')[0] ?? '')) continue
        if (!text) this.error(`${path}: no text for ${key}`)
        compiled[key] = compileMessage(text)
      }
      // JSON.parse is quicker for a browser to read than an object literal of this size.
      return `export default JSON.parse(${JSON.stringify(JSON.stringify(compiled))})`
    },
  }
}
