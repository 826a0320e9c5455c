/** What a village asked for and what became of it in each published round, checked as it arrives. */
import * as v from 'valibot'
import { get, type Options } from '../api'
import type { NamedArea } from '../areas'

const Names = { name_th: v.string(), name_en: v.string() }
const Sentences = { sentence_th: v.string(), sentence_en: v.string() }
const AreaSchema = v.object({ code: v.string(), ...Names })
const CountSchema = {
  waiting: v.number(),
  answered: v.number(),
  done: v.number(),
  closed: v.number(),
}
export type Counts = Record<keyof typeof CountSchema, number>

const PartSchema = v.object({
  key: v.string(),
  ...Names,
  weight: v.number(),
  /** What the part can reach here; more than `weight` where another criterion is not known. */
  most: v.number(),
  points: v.nullable(v.number()),
  value: v.nullable(v.number()),
  low: v.number(),
  high: v.number(),
  missing: v.boolean(),
})
export type Part = v.InferOutput<typeof PartSchema>

const ProjectSchema = v.object({
  id: v.string(),
  code: v.string(),
  ...Names,
  cost_baht: v.number(),
  persons: v.number(),
  villages: v.number(),
  funded: v.boolean(),
  order: v.number(),
  paid_baht: v.number(),
  reserve_place: v.number(),
  missing_baht: v.number(),
  ...Sentences,
  deliveries: v.array(v.object({ stage: v.string(), baht: v.number(), on: v.string() })),
})
export type Project = v.InferOutput<typeof ProjectSchema>

const RoundSchema = v.object({
  id: v.string(),
  ...Names,
  fiscal_year: v.number(), // Buddhist
  office: v.object({ id: v.number(), ...Names }),
  version: v.number(),
  amended: v.boolean(),
  reason: v.string(),
  published_at: v.nullable(v.string()),
  results_sha256: v.string(),
  rule: v.string(),
  answer: v.string(),
  ...Sentences,
  silent: v.boolean(),
  rank: v.nullable(
    v.object({
      rank: v.nullable(v.number()),
      of: v.number(),
      score: v.nullable(v.number()),
      parts: v.array(PartSchema),
    }),
  ),
  account: v.nullable(
    v.object({
      endowment_baht: v.number(),
      carried_baht: v.number(),
      paid_baht: v.number(),
      carry_baht: v.number(),
    }),
  ),
  share: v.nullable(v.object({ area: v.string(), baht: v.number(), ...Sentences })),
  first_unfunded: v.nullable(
    v.object({
      id: v.string(),
      ...Names,
      cost_baht: v.number(),
      missing_baht: v.number(),
      here: v.boolean(),
    }),
  ),
  projects: v.array(ProjectSchema),
})
export type VillageRound = v.InferOutput<typeof RoundSchema>

const NeedSchema = v.object({
  id: v.string(),
  number: v.number(),
  category: v.string(),
  severity: v.number(),
  status: v.string(),
  words: v.string(),
})

const VillageSchema = v.object({
  village: v.object({
    ...AreaSchema.entries,
    subdistrict: v.nullable(AreaSchema),
    district: v.nullable(AreaSchema),
    province: v.nullable(AreaSchema),
  }),
  needs: v.object({
    ...CountSchema,
    categories: v.array(v.object({ category: v.string(), ...CountSchema })),
    open: v.array(NeedSchema),
  }),
  rounds: v.array(RoundSchema),
  sample: v.nullish(v.boolean()),
})
export type VillageBudget = v.InferOutput<typeof VillageSchema>

export const getVillage = (code: string, options?: Options): Promise<VillageBudget> =>
  get(`/villages/${code}/budget`, VillageSchema, {}, options)

/** The code in `/village/58010101`, or nothing. */
export const codeIn = (path: string): string => /^\/village\/([0-9]{8,9})$/.exec(path)?.[1] ?? ''

/** What the village lies in, smallest first. */
export const above = ({ village }: VillageBudget): (NamedArea | null)[] => [
  village.subdistrict,
  village.district,
  village.province,
]

/** How much of what a part can reach it has, 0 to 100. */
export const filled = ({ points, most }: Part): number =>
  points === null || most <= 0 ? 0 : Math.min(100, Math.max(0, (100 * points) / most))

/** What somebody from the village may do next. */
export type Next = 'report' | 'propose' | 'wait'

export function nextOf({ needs, rounds }: VillageBudget): Next {
  if (needs.waiting + needs.answered + needs.done + needs.closed === 0) return 'report'
  const newest = rounds[0]
  return newest && ['no_project', 'silent'].includes(newest.answer) ? 'propose' : 'wait'
}
