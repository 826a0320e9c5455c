import { createHash } from 'node:crypto'
import { build, type Plugin } from 'vite'

interface Entry {
  url: string
  /** Null where the name itself changes with the content. */
  revision: string | null
}

/**
 * Builds the service worker after the pages that it keeps: `self.__WB_MANIFEST` in its source becomes the list of
 * everything this build has written, as Workbox's precaching reads it.
 */
export function offline(source: string): Plugin {
  let outDir = ''
  return {
    name: 'offline',
    apply: 'build',
    configResolved(config) {
      outDir = config.build.outDir
    },
    async writeBundle(_options, bundle) {
      const entries: Entry[] = Object.values(bundle).map((file) => {
        const content = file.type === 'chunk' ? file.code : file.source
        const name = file.fileName
        return name.endsWith('index.html')
          ? {
              // Nobody asks for a page by the name of its file.
              url: `/${name.slice(0, -'index.html'.length)}`,
              revision: createHash('sha256').update(content).digest('hex').slice(0, 16),
            }
          : { url: `/static/${name}`, revision: null }
      })
      await build({
        configFile: false,
        logLevel: 'warn',
        publicDir: false,
        define: {
          'self.__WB_MANIFEST': JSON.stringify(entries),
          'process.env.NODE_ENV': '"production"',
        },
        build: {
          outDir,
          emptyOutDir: false,
          target: 'chrome87',
          rollupOptions: { input: source, output: { format: 'iife', entryFileNames: 'sw.js' } },
        },
      })
    },
  }
}
