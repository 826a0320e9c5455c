import { fileURLToPath } from 'node:url'
import { defineConfig, mergeConfig } from 'vitest/config'
import main from './vite.config.ts'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/**
 * What stands apart from the pages of every day: built on its own, since each further entry of one
 * build cuts the code that all share into more pieces, which the phone would have to fetch.
 */
const apart = mergeConfig(main, { build: { emptyOutDir: false } })
apart.build.rollupOptions.input = {
  unsubscribe: at('unsubscribe/index.html'),
  'admin-map': at('src/admin/main.ts'),
  admin: at('src/admin/admin.css'),
}
export default defineConfig(apart)
