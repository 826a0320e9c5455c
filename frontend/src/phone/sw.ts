/// <reference lib="webworker" />
// The service worker of the phone's pages: they open without signal, and a new release waits until its person agrees.
// It keeps pages and what they load, and nothing else: what the API says is kept by the pages themselves, and what was
// saved lies in the outbox, which no cache can push out.
import { addPlugins, cleanupOutdatedCaches, precacheAndRoute } from 'workbox-precaching'
import { SHARED_CACHE, SHARED_PHOTO, SHARED_WORDS } from './shared'

declare const self: ServiceWorkerGlobalScope & { __WB_MANIFEST: (string | { url: string })[] }

// The pages are the same in every language and say so by themselves: with `Vary` a navigation would not find them.
addPlugins([
  {
    cacheWillUpdate: async ({ response }) => {
      if (!response.ok || response.redirected) return null
      const headers = new Headers(response.headers)
      headers.delete('Vary')
      return new Response(response.body, { status: response.status, headers })
    },
  },
])
cleanupOutdatedCaches()
// Whatever stands behind the question mark, the page is the same one.
precacheAndRoute(self.__WB_MANIFEST as never[], {
  ignoreURLParametersMatching: [/.*/],
  directoryIndex: '',
  cleanURLs: false,
})

// The first visit is under its care at once; later releases wait for `use_now`.
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))
self.addEventListener('message', ({ data }) => {
  if (data === 'use_now') void self.skipWaiting()
})

// Background Sync only wakes the pages: they send, by the one outbox.
self.addEventListener('sync', (event) => (event as ExtendableEvent).waitUntil(wakePages()))

async function wakePages(): Promise<void> {
  for (const page of await self.clients.matchAll({ type: 'window' })) page.postMessage('wake')
}

// A photo from the phone's gallery, by the share button of another app.
self.addEventListener('fetch', (event) => {
  const { method, url } = event.request
  if (method === 'POST' && new URL(url).pathname === '/m/share')
    event.respondWith(shared(event.request))
})

async function shared(request: Request): Promise<Response> {
  const form = await request.formData()
  const kept = await caches.open(SHARED_CACHE)
  const photo = form.get('photo')
  if (photo instanceof File && photo.size) await kept.put(SHARED_PHOTO, new Response(photo))
  const words = [form.get('title'), form.get('text')].filter(
    (text) => typeof text === 'string' && text,
  )
  if (words.length) await kept.put(SHARED_WORDS, new Response(words.join('\n')))
  return Response.redirect('/m/?new=1#shared', 303)
}
