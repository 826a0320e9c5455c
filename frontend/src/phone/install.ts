/**
 * The service worker of the phone's pages. A new release is fetched in the background and used when its person says so:
 * nothing changes under a report that is being written.
 */
type Ready = (useIt: () => void) => void

/** Registers it; `ready` is told when a new release waits. */
export async function install(ready: Ready, wake?: () => void): Promise<void> {
  const workers = navigator.serviceWorker
  if (!workers) return
  try {
    workers.addEventListener('message', ({ data }) => data === 'wake' && wake?.())
    const registered = await workers.register('/m/sw.js', { updateViaCache: 'none' })
    const offer = (waiting: ServiceWorker | null) => {
      // Without an earlier one this is the first visit, and nothing is there to be replaced.
      if (waiting && workers.controller)
        ready(() => {
          workers.addEventListener('controllerchange', () => location.reload(), { once: true })
          waiting.postMessage('use_now')
        })
    }
    offer(registered.waiting)
    registered.addEventListener('updatefound', () => {
      const found = registered.installing
      found?.addEventListener('statechange', () => found.state === 'installed' && offer(found))
    })
  } catch {
    // Not over HTTPS, or refused: the page works as long as there is a line.
  }
}

/** Ask the browser to wake us when there is a line again, where it can. */
export async function wakeLater(): Promise<void> {
  try {
    const registered = (await navigator.serviceWorker?.getRegistration('/m/')) as
      | (ServiceWorkerRegistration & { sync?: { register: (tag: string) => Promise<void> } })
      | undefined
    await registered?.sync?.register('outbox')
  } catch {
    return
  }
}

/** Whether the browser has promised to keep what we store. Asked for after the first report was saved. */
export async function persisted(ask: boolean): Promise<boolean | null> {
  try {
    const { storage } = navigator
    if (await storage.persisted()) return true
    return ask ? await storage.persist() : false
  } catch {
    return null
  }
}
