/** Which offices stand on the screen, and as what. */
import type { Office, Responsible } from '../api'

export type Verdict =
  | {
      readonly state: 'sure'
      readonly offices: readonly Office[]
      readonly others: readonly Office[]
    }
  /** One of these; `ask` is whether the village would tell which. */
  | {
      readonly state: 'either'
      readonly ask: boolean
      readonly offices: readonly Office[]
      readonly others: readonly Office[]
    }
  | { readonly state: 'nobody'; readonly offices: readonly []; readonly others: readonly Office[] }

const LOCAL = ['subdistrict_administration', 'municipality']

export function verdictOf({ office, certain, reason, offices }: Responsible): Verdict {
  if (!office) return { state: 'nobody', offices: [], others: offices }
  const [first, ...rest] = offices
  if (certain || !first) return { state: 'sure', offices: [office], others: rest }
  const mayBe = reason === 'incomplete' ? isDoubtful : isLocalHere
  const also = rest.filter((one) => one.answers !== 'other' && mayBe(one))
  return {
    state: 'either',
    ask: reason !== 'both',
    offices: [first, ...also],
    others: rest.filter((one) => !also.includes(one)),
  }
}

function isDoubtful({ covers }: Office): boolean {
  return covers !== 'sure'
}

function isLocalHere({ kind, by }: Office): boolean {
  return LOCAL.includes(kind) && (by === 'village' || by === 'subdistrict')
}
