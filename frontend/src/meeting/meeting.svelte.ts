/** State of the page of a village meeting; the table's own rules stand in table.ts. */
import {
  ApiError,
  type Category,
  type Group,
  getAreas,
  getCategories,
  getMe,
  type Me,
} from '../api'
import type { NamedArea } from '../areas'
import { uuid7 } from '../uuid7'
import { above } from '../where/finding'
import { dropDraft, keepDraft, readDraft } from './keep'
import {
  getMeeting,
  getOpenNeeds,
  type Meeting,
  type OpenNeed,
  putMeeting,
  putSheet,
} from './source'
import {
  type Draft,
  type Fault,
  faultsOf,
  isEmpty,
  missing,
  moved,
  newRow,
  type Row,
  remainder,
  toBody,
  without,
} from './table'

const ROLES = ['officer', 'administrator', 'village_head']
const FIRST_ROWS = 3

/** The day in Thailand, wherever this computer's clock thinks it is. */
const today = (): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Bangkok' }).format(new Date())

const rows = (count: number): Row[] => Array.from({ length: count }, () => newRow(uuid7()))

const fresh = (village: NamedArea | null): Draft => ({
  id: uuid7(),
  village,
  heldOn: today(),
  present: '',
  rows: rows(FIRST_ROWS),
  confirmed: {},
})

export class MeetingDesk {
  me = $state.raw<Me | null>(null)
  categories = $state.raw<readonly Category[]>([])
  groups = $state.raw<readonly Group[]>([])
  started = $state(false)
  failure = $state.raw<unknown>(null)

  draft = $state.raw<Draft>(readDraft() ?? fresh(null))
  /** False where this browser refuses to keep anything. */
  kept = $state(true)
  open = $state.raw<readonly OpenNeed[] | null>(null)
  openFailure = $state.raw<unknown>(null)
  /** What the village lies in, nearest first. */
  around = $state.raw<readonly NamedArea[]>([])

  sending = $state(false)
  /** Why the last sending did not arrive. */
  said = $state.raw<unknown>(null)
  faults = $state.raw<ReadonlyMap<string, readonly Fault[]>>(new Map())
  /** How many lines the server had already when the others had to become another meeting. */
  arrivedBefore = $state(0)
  received = $state.raw<Meeting | null>(null)
  photoState = $state<'none' | 'sending' | 'there'>('none')
  photoFailure = $state.raw<unknown>(null)

  readonly mayEnter = $derived(this.me?.grants.some(({ role }) => ROLES.includes(role)) ?? false)
  readonly entered = $derived(this.draft.rows.filter((row) => !isEmpty(row)).length)
  readonly hands = $derived(
    Object.values(this.draft.confirmed).filter((text) => text !== '').length,
  )

  start = async (): Promise<void> => {
    this.failure = null
    try {
      const [me, { categories, groups }] = await Promise.all([getMe(), getCategories()])
      this.me = me
      this.categories = categories
      this.groups = groups
    } catch (error) {
      this.failure = error
      return
    }
    if (!this.me.person || this.me.person.is_device) {
      location.replace(`/login/?next=${encodeURIComponent(location.pathname + location.search)}`)
      return
    }
    this.started = true
    const asked = new URLSearchParams(location.search).get('village')
    const home = this.me.home?.length === 8 ? this.me.home : null
    if (this.draft.village) void this.look()
    else if (asked ?? home) await this.choose(asked ?? home ?? '')
  }

  /** Every change goes through here, so nothing is typed that is not kept. */
  change(to: Partial<Draft>): void {
    this.draft = { ...this.draft, ...to }
    this.kept = keepDraft(this.draft)
  }

  /** Another window of this browser has typed: its table is shown here as well. */
  elsewhere = (event: StorageEvent): void => {
    if (event.storageArea !== localStorage || this.sending || this.received) return
    const there = readDraft()
    if (there) this.draft = there
  }

  choose = async (code: string): Promise<void> => {
    this.openFailure = null
    try {
      const [village] = await getAreas({ code })
      if (!village) return
      const { name_th, name_en } = village
      this.change({ village: { code: village.code, name_th, name_en }, confirmed: {} })
      await this.look()
    } catch (error) {
      this.openFailure = error
    }
  }

  otherVillage = (): void => {
    this.change({ village: null, confirmed: {} })
    this.open = null
    this.openFailure = null
    this.said = null
  }

  look = async (): Promise<void> => {
    const code = this.draft.village?.code
    if (!code) return
    this.open = null
    this.openFailure = null
    try {
      const [needs, around] = await Promise.all([
        getOpenNeeds(code),
        getAreas({ code: above(code).join(',') }),
      ])
      this.open = needs
      this.around = above(code).flatMap((one) => around.find((area) => area.code === one) ?? [])
    } catch (error) {
      this.openFailure = error
    }
  }

  edit(at: number, to: Partial<Row>): void {
    const row = this.draft.rows[at]
    if (!row) return
    this.change({
      rows: this.draft.rows.map((one, index) => (index === at ? { ...one, ...to } : one)),
    })
    if (this.faults.has(row.id)) {
      this.faults = new Map([...this.faults].filter(([id]) => id !== row.id))
    }
  }

  add(): void {
    this.change({ rows: [...this.draft.rows, newRow(uuid7())] })
  }

  move(at: number, by: -1 | 1): void {
    this.change({ rows: moved(this.draft.rows, at, by) })
  }

  remove(at: number): void {
    this.change({ rows: without(this.draft.rows, at, uuid7()) })
  }

  confirm(pin: string, hands: string): void {
    this.change({ confirmed: { ...this.draft.confirmed, [pin]: hands } })
    this.faults = new Map([...this.faults].filter(([id]) => id !== pin))
  }

  /** The first line that lacks something this page can see itself. */
  lacking(): { row: number; column: 'category' | 'severity' } | null {
    for (const [row, one] of this.draft.rows.entries()) {
      const column = missing(one)
      if (column === 'category' || column === 'severity') return { row, column }
    }
    return null
  }

  send = async (): Promise<void> => {
    if (this.sending) return
    this.sending = true
    this.said = null
    this.faults = new Map()
    this.arrivedBefore = 0
    const body = toBody(this.draft)
    try {
      this.received = await putMeeting(this.draft.id, body)
      dropDraft()
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      const differs = error.problems.some(({ code }) => code === 'meeting_differs')
      if (differs && (await this.#goOnAnew())) return
      this.said = error
      this.faults = faultsOf(error.problems, body)
    } finally {
      this.sending = false
    }
  }

  /** An answer was lost and typing went on: what is there already is taken out of the table. */
  async #goOnAnew(): Promise<boolean> {
    try {
      const there = await getMeeting(this.draft.id)
      const ids = there.needs.map(({ id }) => id)
      const left = remainder(this.draft, ids, uuid7())
      this.change({ ...left, rows: left.rows.length ? left.rows : rows(1) })
      this.arrivedBefore = ids.length
      if (this.entered === 0 && this.hands === 0) {
        this.received = there
        dropDraft()
      }
      return true
    } catch {
      return false
    }
  }

  sendPhoto = async (photo: File): Promise<void> => {
    if (!this.received || this.photoState === 'sending') return
    this.photoState = 'sending'
    this.photoFailure = null
    try {
      await putSheet(this.received.id, photo)
      this.photoState = 'there'
    } catch (error) {
      this.photoFailure = error
      this.photoState = 'none'
    }
  }

  another = (): void => {
    this.received = null
    this.photoState = 'none'
    this.photoFailure = null
    this.change(fresh(this.draft.village))
    void this.look()
  }
}
