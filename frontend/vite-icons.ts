import * as mdi from '@mdi/js'
import type { Plugin } from 'vite'

const PREFIX = 'mdi:'
const IMPORT = /import\s*\{([^}]*)\}\s*from\s*(['"])@mdi\/js\2/g

/**
 * Gives every icon of `import { mdiClose } from '@mdi/js'` a module of its own when building.
 * They all stand in one module there, which goes whole into what the pages share: the phone
 * would download the icons of the office.
 */
export function icons(): Plugin {
  const paths = new Map<string, string>(Object.entries(mdi))
  return {
    name: 'icons',
    apply: 'build',
    enforce: 'post',
    transform(code, id) {
      if (id.includes('node_modules') || !code.includes('@mdi/js')) return null
      const split = code.replace(IMPORT, (_import, list: string) =>
        list
          .split(',')
          .map((entry) => entry.trim())
          .filter(Boolean)
          .map((entry) => {
            const [name = '', alias = name] = entry.split(/\s+as\s+/)
            return `import { path as ${alias} } from '${PREFIX}${name}'`
          })
          .join('; '),
      )
      // Only the import lines change and they stay on their lines.
      return { code: split, map: null }
    },
    resolveId(id) {
      return id.startsWith(PREFIX) ? `\0${id}` : null
    },
    load(id) {
      if (!id.startsWith(`\0${PREFIX}`)) return null
      const name = id.slice(PREFIX.length + 1)
      const path = paths.get(name)
      if (path === undefined) return this.error(`@mdi/js has no ${name}`)
      return { code: `export const path = ${JSON.stringify(path)}`, moduleSideEffects: false }
    },
  }
}
