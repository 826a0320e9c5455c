/** The outbox at work: what is kept, who sends, and when. Its decisions stand in `outbox.ts`. */
import { forgetPhotoToSend, readItems, readPhotosToSend, removeItem, writeItems } from './keep'
import {
  afterFailure,
  afterPush,
  afterWord,
  type Item,
  nextPhoto,
  photoDone,
  photosReleased,
  photosToForget,
  type Queue,
  queueAfter,
  RESTING,
  released,
  type Through,
  toPush,
  trySingly,
  verdictOf,
  wakened,
} from './outbox'
import { removeAllPacks } from './packs'
import { forgetPhotos, push, sendPhoto } from './send'

const EVERY_MS = 60_000
const MOST_STEPS = 1000 // of one run: a server that says nothing new must not keep us busy

export class Sender {
  items = $state.raw<readonly Item[]>([])
  queue = $state.raw<Queue>(RESTING)
  running = $state(false)
  /** False where this device keeps nothing: the items live as long as the page. */
  keeps = $state(true)
  /** Name of who is signed in, or null. */
  person: string | null
  /** Ids that the disk did not take: they live as long as the page. */
  readonly #unsaved = new Set<string>()
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(person: string | null) {
    this.person = person
  }

  async start(): Promise<() => void> {
    const kept = await readItems()
    this.keeps = kept !== null
    // What was saved meanwhile on this page stands before what was read.
    const mine = new Set(this.items.map(({ id }) => id))
    this.items = [...this.items, ...(kept ?? []).filter(({ id }) => !mine.has(id))]
    const wake = () => void this.wake()
    const seen = () => document.visibilityState === 'visible' && void this.run()
    const every = setInterval(() => void this.run(), EVERY_MS)
    window.addEventListener('online', wake)
    document.addEventListener('visibilitychange', seen)
    void this.#sendOwed()
    wake()
    return () => {
      clearInterval(every)
      clearTimeout(this.#timer)
      window.removeEventListener('online', wake)
      document.removeEventListener('visibilitychange', seen)
    }
  }

  /** Keep an item; true once it is on the disk. It is sent either way. */
  async add(item: Item): Promise<boolean> {
    const saved = (await writeItems([item], item)) || (await this.#makeRoom(item))
    if (saved) this.#unsaved.delete(item.id)
    else this.#unsaved.add(item.id)
    this.keeps = saved
    this.items = [...this.items.filter(({ id }) => id !== item.id), item]
    void this.wake()
    return saved
  }

  /** A full disk: what can be fetched again makes room for what cannot. */
  async #makeRoom(item: Item): Promise<boolean> {
    await removeAllPacks()
    return writeItems([item], item)
  }

  of(id: string): Item | null {
    return this.items.find((item) => item.id === id) ?? null
  }

  /** No more waiting: the phone is online, or its person wants it so. */
  async wake(): Promise<void> {
    this.queue = wakened()
    await this.run()
  }

  /** What the server says of itself when a page opens: it may have been restored, or backed up, since. */
  async heard(word: { generation: string; durable_through: number | null }): Promise<void> {
    await this.#look()
    const { generation, durable_through: durableThrough } = word
    await this.#set(
      afterWord(this.items, { generation, receivedThrough: 0, durableThrough }, Date.now()),
    )
    await this.wake()
  }

  /** Send a parked item as it is. */
  async release(item: Item): Promise<void> {
    await this.#set(this.items.map((one) => (one.id === item.id ? released(one) : one)))
    await this.wake()
  }

  /** Send what the server did not take of an item once more. */
  async releasePhotos(item: Item): Promise<void> {
    await this.#set(this.items.map((one) => (one.id === item.id ? photosReleased(one) : one)))
    await this.wake()
  }

  /** Its person gave it up: the only way out of the list. */
  async forget(id: string): Promise<void> {
    this.items = this.items.filter((item) => item.id !== id)
    await removeItem(id).catch(() => undefined)
  }

  /** One tab sends at a time; the others see it when they look again. */
  async run(): Promise<void> {
    if (this.running) return
    this.running = true
    try {
      if (navigator.locks)
        await navigator.locks.request('meemap.outbox', { ifAvailable: true }, (lock) =>
          lock ? this.#work() : undefined,
        )
      else await this.#work()
    } finally {
      this.running = false
      this.#plan()
    }
  }

  #plan() {
    clearTimeout(this.#timer)
    const wait = this.queue.notBefore - Date.now()
    if (this.queue.tries && !this.queue.paused)
      this.#timer = setTimeout(() => void this.run(), Math.max(0, wait))
  }

  async #work(): Promise<void> {
    await this.#look()
    for (let step = 0; step < MOST_STEPS; step++) {
      const now = Date.now()
      const pushed = toPush(this.items, this.queue, this.person, now)
      if (pushed.length) {
        await this.#push(pushed)
        continue
      }
      const next = nextPhoto(this.items, this.queue, this.person, now)
      if (!next) break
      const said = await sendPhoto(next.photo)
      this.queue = queueAfter(this.queue, said.answer, Date.now(), Math.random())
      if (verdictOf(said.answer) === 'wait' || verdictOf(said.answer) === 'pause') continue
      const lost = said.lost || verdictOf(said.answer) === 'park'
      const why = said.answer.kind === 'refusal' ? said.answer.errors[0]?.detail : ''
      const done = photoDone(this.items, next.photo.id, said.through, lost, why)
      await this.#set(said.through ? afterWord(done, said.through, Date.now()) : done)
    }
    await forgetPhotos(photosToForget(this.items, Date.now()))
  }

  /** Another tab may have sent, saved or removed something since this one looked. */
  async #look(): Promise<void> {
    const kept = this.keeps ? await readItems() : null
    if (!kept) return
    const known = new Map(this.items.map((item) => [item.id, item]))
    const same = (item: Item) => {
      const before = known.get(item.id)
      return before && JSON.stringify(before) === JSON.stringify(item) ? before : item
    }
    const ids = new Set(kept.map(({ id }) => id))
    const unsaved = this.items.filter(({ id }) => this.#unsaved.has(id) && !ids.has(id))
    this.items = [...kept.map(same), ...unsaved]
  }

  async #push(pushed: readonly Item[]): Promise<void> {
    const { answer, results, through } = await push(pushed, Date.now())
    if (through) return this.#received(answer, results, through)
    if (trySingly(pushed, answer)) {
      for (const item of pushed) {
        if (this.queue.paused || Date.now() < this.queue.notBefore) return
        await this.#push([item])
      }
      return
    }
    this.queue = queueAfter(this.queue, answer, Date.now(), Math.random())
    await this.#set(afterFailure(this.items, pushed, answer, Date.now()))
  }

  async #received(
    answer: Parameters<typeof queueAfter>[1],
    results: Parameters<typeof afterPush>[1],
    through: Through,
  ): Promise<void> {
    const now = Date.now()
    const before = this.items.filter(({ state }) => state === 'ready').length
    const after = afterWord(afterPush(this.items, results, through, now), through, now)
    // Where nothing moved on, such as too many reports from one address, there is a time to wait.
    const waits = results.flatMap(({ retryAfterMs }) => retryAfterMs ?? [])
    const stuck = after.filter(({ state }) => state === 'ready').length >= before
    this.queue = queueAfter(
      this.queue,
      stuck
        ? { kind: 'refusal', status: 429, errors: [], retryAfterMs: Math.max(0, ...waits) }
        : answer,
      now,
      Math.random(),
    )
    await this.#set(after)
  }

  async #set(items: readonly Item[]): Promise<void> {
    const changed = items.filter((item) => !this.items.includes(item))
    this.items = items
    if (changed.length) this.keeps = await writeItems(changed)
  }

  /** Photos that a page of an older release still owes. */
  async #sendOwed(): Promise<void> {
    for (const id of readPhotosToSend()) {
      const said = await sendPhoto({ id })
      const verdict = verdictOf(said.answer)
      if (verdict === 'wait' || verdict === 'pause') return
      forgetPhotoToSend(id)
      await forgetPhotos([id])
    }
  }
}
