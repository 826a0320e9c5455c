import { fileURLToPath } from 'node:url'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { svelteTesting } from '@testing-library/svelte/vite'
import { defineConfig } from 'vitest/config'
import { icons } from './vite-icons.ts'
import { messages } from './vite-messages.ts'
import { offline } from './vite-offline.ts'

// What the server's own pages link, by these names.
const BY_NAME = ['plain.css', 'admin.css', 'admin-map.js']
const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

// The phone is built by itself: in one build with the others, the runtime that pages share holds what any of them
// needs, and the weakest phones would download it.
const PHONE = { phone: at('m/index.html'), reports: at('m/reports/index.html') }
const OTHERS = {
  landing: at('index.html'),
  office: at('office/index.html'),
  imports: at('office/import/index.html'),
  data: at('data/index.html'),
  where: at('where/index.html'),
  need: at('need/index.html'),
  round: at('round/index.html'),
  village: at('village/index.html'),
  people: at('office/people/index.html'),
  budget: at('office/budget/index.html'),
  login: at('login/index.html'),
  account: at('account/index.html'),
  join: at('join/index.html'),
  meeting: at('office/meeting/index.html'),
  unsubscribe: at('unsubscribe/index.html'),
  plain: at('src/plain.css'),
  admin: at('src/admin/admin.css'),
  'admin-map': at('src/admin/main.ts'),
}

export default defineConfig(({ mode }) => ({
  base: '/static/',
  plugins: [
    messages(at('src/locales')),
    icons(),
    svelte(),
    svelteTesting(),
    ...(mode === 'phone' ? [offline(at('src/phone/sw.ts'))] : []),
  ],
  ...(mode === 'phone' && {
    resolve: { alias: [{ find: /^leaflet$/, replacement: at('src/map/leaflet-phone.js') }] },
  }),
  build: {
    target: ['chrome87', 'firefox78', 'safari14'],
    // The pages are served under a policy without inline scripts, styles or data: fonts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    emptyOutDir: mode !== 'phone',
    assetsDir: mode === 'phone' ? 'assets/m' : 'assets',
    rollupOptions: {
      input: mode === 'phone' ? PHONE : OTHERS,
      output: {
        assetFileNames: ({ names }) =>
          names.find((name) => BY_NAME.includes(name)) ??
          `${mode === 'phone' ? 'assets/m' : 'assets'}/[name]-[hash][extname]`,
        entryFileNames: ({ name }) =>
          BY_NAME.includes(`${name}.js`)
            ? '[name].js'
            : `${mode === 'phone' ? 'assets/m' : 'assets'}/[name]-[hash].js`,
      },
    },
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8000' } },
  test: {
    environment: 'happy-dom',
    include: ['test/**/*.test.ts', 'src/**/*.test.ts'],
  },
}))
