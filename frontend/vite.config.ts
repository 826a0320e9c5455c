import { fileURLToPath } from 'node:url'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { svelteTesting } from '@testing-library/svelte/vite'
import { defineConfig } from 'vitest/config'
import { icons } from './vite-icons.ts'
import { messages } from './vite-messages.ts'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

const BY_NAME = ['plain.css', 'admin.css', 'admin-map.js']

export default defineConfig({
  base: '/static/',
  plugins: [messages(at('src/locales')), icons(), svelte(), svelteTesting()],
  build: {
    target: ['chrome87', 'firefox78', 'safari14'],
    // The pages are served under a policy without inline scripts, styles or data: fonts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: {
        landing: at('index.html'),
        phone: at('m/index.html'),
        office: at('office/index.html'),
        imports: at('office/import/index.html'),
        data: at('data/index.html'),
        where: at('where/index.html'),
        plain: at('src/plain.css'),
      },
      // The server's own pages link these by their names.
      output: {
        assetFileNames: ({ names }) =>
          names.find((name) => BY_NAME.includes(name)) ?? 'assets/[name]-[hash][extname]',
        entryFileNames: ({ name }) =>
          BY_NAME.includes(`${name}.js`) ? '[name].js' : 'assets/[name]-[hash].js',
      },
    },
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8000' } },
  test: {
    environment: 'happy-dom',
    include: ['test/**/*.test.ts', 'src/**/*.test.ts'],
  },
})
