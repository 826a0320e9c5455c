/** How many reports of a person wait on this device, without the machinery that sends them. 0 where nothing is kept. */
export function unsent(person: string): Promise<number> {
  return new Promise((done) => {
    const open = indexedDB.open('meemap')
    // Nothing was ever kept here: leave no empty database behind.
    open.onupgradeneeded = () => open.transaction?.abort()
    open.onerror = () => done(0)
    open.onsuccess = () => {
      const db = open.result
      try {
        const all = db.transaction('items').objectStore('items').getAll()
        all.onerror = () => done(0)
        all.onsuccess = () => {
          const waits = (one: {
            person: string | null
            state: string
            photos: { sent: boolean }[]
          }) =>
            one.person === person &&
            (one.state === 'ready' ||
              one.state === 'parked' ||
              one.photos.some(({ sent }) => !sent))
          done(all.result.filter(waits).length)
          db.close()
        }
      } catch {
        db.close()
        done(0)
      }
    }
  })
}

/** Holds up a form for signing out while reports of a person wait here; `ask` is told how many. */
export async function holdIfUnsent(
  event: SubmitEvent & { currentTarget: HTMLFormElement },
  person: string,
  ask: (waiting: number) => void,
): Promise<void> {
  const form = event.currentTarget
  event.preventDefault()
  const waiting = await unsent(person)
  if (waiting) ask(waiting)
  else form.submit()
}
