// What the page knows: who reads, the screen that stands in the address, the import that is
// looked at and how far it is, and the files that are on their way.

import { ApiError, type Categories, getCategories, getMe, type Me } from '../api'
import { uuid7 } from '../uuid7'
import { nextWait, pause, SHORTEST_MS } from './poll'
import {
  checkAgain,
  commitImport,
  discardImport,
  getImport,
  getKinds,
  type Kind,
  type Run,
  sendFile,
  undoImport,
} from './source'
import { isMoving, type Stage, stageOf } from './steps'
import { readView, type View, viewAddress } from './view'
import { KINDS } from './words'

const KIND_ORDER = Object.keys(KINDS)

/** A file on its way. Trying again sends the same file under the same id. */
export class Sending {
  sent = $state(0)
  error = $state.raw<unknown>(null)
  stop = new AbortController()

  constructor(
    readonly id: string,
    readonly kind: string,
    readonly file: File,
    readonly options: Readonly<Record<string, unknown>>,
  ) {}
}

export class Exchange {
  view = $state.raw<View>(readView(location.search))
  me = $state.raw<Me | null>(null)
  kinds = $state.raw<readonly Kind[]>([])
  categories = $state.raw<Categories | null>(null)
  started = $state(false)
  failure = $state.raw<unknown>(null)

  run = $state.raw<Run | null>(null)
  stage = $state.raw<Stage | null>(null)
  /** Why the import of the address cannot be shown. */
  absent = $state.raw<unknown>(null)
  /** The last look failed; it goes on looking. */
  unreachable = $state(false)
  /** What an action was answered with, next to its button. */
  said = $state.raw<unknown>(null)
  acting = $state(false)
  sending = $state.raw<readonly Sending[]>([])
  #follows: AbortController | null = null

  /** In the order of the screen, which is the order in which a country is filled. */
  readonly may = $derived(
    this.kinds
      .filter((kind) => kind.may)
      .sort((one, other) => KIND_ORDER.indexOf(one.kind) - KIND_ORDER.indexOf(other.kind)),
  )
  readonly isAdministrator = $derived(
    this.me?.grants.some((grant) => grant.role === 'administrator' && grant.area_code === '') ??
      false,
  )

  kindOf(slug: string): Kind | undefined {
    return this.kinds.find((kind) => kind.kind === slug)
  }

  start = async (): Promise<void> => {
    this.failure = null
    try {
      ;[this.me, this.kinds, this.categories] = await Promise.all([
        getMe(),
        getKinds(),
        getCategories(),
      ])
    } catch (error) {
      this.failure = error
      return
    }
    if (this.me.person && !this.me.person.is_device) {
      this.started = true
      this.open()
      return
    }
    location.replace(`/login/?next=${encodeURIComponent(location.pathname + location.search)}`)
  }

  go = (view: View): void => {
    history.pushState(null, '', viewAddress(view))
    this.open()
  }

  back = (): void => this.open()

  /** Shows what stands in the address. */
  open(): void {
    this.view = readView(location.search)
    this.#follows?.abort()
    this.said = null
    this.absent = null
    if (this.view.at !== 'import') return
    if (this.run?.id !== this.view.id) {
      this.run = null
      this.stage = null
    }
    if (!this.sendingOf(this.view.id)) void this.follow(this.view.id)
  }

  sendingOf(id: string): Sending | undefined {
    return this.sending.find((one) => one.id === id)
  }

  /** Looks at an import until nothing moves any more. */
  async follow(id: string): Promise<void> {
    this.#follows?.abort()
    const own = new AbortController()
    this.#follows = own
    let wait = SHORTEST_MS
    let seen = ''
    while (!own.signal.aborted) {
      try {
        const run = await getImport(id, { signal: own.signal })
        if (own.signal.aborted) return
        this.#show(run)
        this.unreachable = false
        const now = JSON.stringify([run.state, run.progress])
        wait = nextWait(wait, now !== seen)
        seen = now
      } catch (error) {
        if (own.signal.aborted) return
        const passing =
          error instanceof ApiError && (error.failure === 'offline' || error.failure === 'busy')
        if (!passing || !this.run) {
          this.absent = error
          return
        }
        this.unreachable = true
        wait = nextWait(wait, false)
      }
      if (this.stage && !isMoving(this.stage)) return
      await pause(wait, own.signal)
    }
  }

  #show(run: Run): void {
    this.run = run
    this.stage = stageOf(run, Date.now())
  }

  send(kind: string, file: File, options: Readonly<Record<string, unknown>>): void {
    const one = new Sending(uuid7(), kind, file, options)
    this.sending = [...this.sending, one]
    this.go({ at: 'import', id: one.id })
    void this.push(one)
  }

  async push(one: Sending): Promise<void> {
    one.error = null
    one.sent = 0
    one.stop = new AbortController()
    const query = { kind: one.kind, name: one.file.name, options: JSON.stringify(one.options) }
    try {
      const run = await sendFile(
        one.id,
        query,
        one.file,
        (bytes) => (one.sent = bytes),
        one.stop.signal,
      )
      this.#forget(one)
      if (this.view.at !== 'import' || this.view.id !== one.id) return
      this.#show(run)
      void this.follow(run.id)
    } catch (error) {
      if (one.stop.signal.aborted) return
      one.error = error
    }
  }

  /** Stops a file on its way; what has arrived of it is forgotten by the server. */
  cancelSending(one: Sending): void {
    one.stop.abort()
    this.#forget(one)
    this.go({ at: 'home', kind: one.kind })
  }

  #forget(one: Sending): void {
    this.sending = this.sending.filter((other) => other !== one)
  }

  check(options: Readonly<Record<string, unknown>>): Promise<void> {
    return this.#act(async (run) => this.#show(await checkAgain(run.id, options)))
  }

  /** Writes it. Rows that cannot be taken are left out only if `skips` says so. */
  commit(skips: boolean): Promise<void> {
    return this.#act(async (run) => {
      if (skips && run.options.skip_refused !== true) {
        this.#show(await checkAgain(run.id, { ...run.options, skip_refused: true }))
        await this.follow(run.id)
        if (this.stage !== 'report' || this.run?.id !== run.id) return
      }
      this.#show(await commitImport(run.id))
    })
  }

  undo(): Promise<void> {
    return this.#act(async (run) => this.#show(await undoImport(run.id)))
  }

  discard(): Promise<void> {
    return this.#act(async (run) => {
      await discardImport(run.id)
      this.run = null
      this.stage = null
      this.go({ at: 'home', kind: '' })
    })
  }

  async #act(work: (run: Run) => Promise<void>): Promise<void> {
    const run = this.run
    if (!run || this.acting) return
    this.acting = true
    this.said = null
    this.#follows?.abort()
    try {
      await work(run)
    } catch (error) {
      this.said = error
    }
    this.acting = false
    if (this.view.at === 'import' && this.view.id === run.id) void this.follow(run.id)
  }

  /** The server's sentences in another language. */
  refresh(): void {
    if (this.view.at === 'import' && this.run && !this.acting) void this.follow(this.view.id)
  }
}
