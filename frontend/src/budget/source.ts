/** What officers read and write of their office's rounds and projects, checked as it arrives. */
import * as v from 'valibot'
import { get, type Options, type Schema } from '../api'
import { send } from '../life/source'
import { getSolutions } from '../need/thread'
import { DeliveriesSchema, InputsSchema, ResultsSchema, RoundSchema } from '../round/source'

/** Freezing computes the whole round. */
const COMPUTING = { waitMs: 180_000 }
const Names = { name_th: v.string(), name_en: v.string() }

const CriterionSchema = v.object({
  key: v.string(),
  points: v.number(),
  low: v.number(),
  high: v.number(),
  scale: v.picklist(['linear', 'log', 'band']),
  ...Names,
})
export type Criterion = v.InferOutput<typeof CriterionSchema>

export const PARTS = ['population', 'poor', 'need', 'area_km2', 'remoteness'] as const
export type Part = (typeof PARTS)[number]

const StageASchema = v.object({
  preset: v.string(),
  equal_percent: v.number(),
  points: v.record(v.string(), v.number()),
  floor_percent: v.number(),
  max_cut_percent: v.nullable(v.number()),
  max_rise_percent: v.nullable(v.number()),
  unit_baht: v.number(),
  rounding: v.string(),
})
export type StageA = v.InferOutput<typeof StageASchema>

const RulesSchema = v.object({
  stage_a: v.nullable(StageASchema),
  stage_b: v.object({
    rule: v.picklist(['equal_shares', 'greedy']),
    completion: v.string(),
    gamma: v.number(),
    min_persons: v.number(),
  }),
  ranking: v.array(CriterionSchema),
})
export type Rules = v.InferOutput<typeof RulesSchema>

const OwnRoundSchema = v.object({
  ...RoundSchema.entries,
  phase: v.picklist(['draft', 'frozen', 'decided', 'published', 'amended']),
  rules: RulesSchema,
  voting: v.boolean(),
  voting_until: v.nullable(v.string()),
  may_decide: v.nullish(v.boolean()),
  versions: v.array(
    v.object({
      ...RoundSchema.entries.versions.item.entries,
      frozen_at: v.nullable(v.string()),
      signed_at: v.nullable(v.string()),
      decided_at: v.nullable(v.string()),
    }),
  ),
})
export type OwnRound = v.InferOutput<typeof OwnRoundSchema>

const OfficeSchema = v.object({ id: v.number(), ...Names })
export type Office = v.InferOutput<typeof OfficeSchema>

const Facts = v.record(v.string(), v.nullable(v.number()))
const BoardSchema = v.object({
  inputs: v.object({
    ...InputsSchema.entries,
    round: v.object({ envelope_baht: v.number() }),
    rules: RulesSchema,
    areas: v.array(
      v.object({
        code: v.string(),
        ...Names,
        population: v.nullable(v.number()),
        previous_baht: v.nullable(v.number()),
        facts: Facts,
      }),
    ),
    villages: v.array(
      v.object({
        code: v.string(),
        ...Names,
        area: v.string(),
        population: v.number(),
        reports: v.number(),
        facts: Facts,
      }),
    ),
  }),
  missing: v.array(
    v.object({ code: v.string(), detail: v.string(), attr: v.nullable(v.string()) }),
  ),
  presets: v.record(v.string(), StageASchema),
})
export type Board = v.InferOutput<typeof BoardSchema>

const ShareSchema = v.object({
  area: v.string(),
  baht: v.number(),
  limit: v.string(),
  estimated: v.array(v.string()),
  sentence_th: v.string(),
  sentence_en: v.string(),
})
const OwnResultsSchema = v.object({
  ...ResultsSchema.entries,
  shares: v.array(ShareSchema),
  shares_figures: v.nullable(
    v.object({
      gini: v.nullable(v.number()),
      most_to_least: v.nullable(v.number()),
      lowest_decile_share: v.nullable(v.number()),
      at_floor: v.number(),
      at_cap: v.number(),
    }),
  ),
})
export type OwnResults = v.InferOutput<typeof OwnResultsSchema>

const ProjectSchema = v.object({
  id: v.string(),
  code: v.string(),
  ...Names,
  office: OfficeSchema,
  proposed_by: v.string(),
  state: v.string(),
  objective: v.string(),
  output: v.string(),
  indicator: v.string(),
  expected_result: v.string(),
  strategy: v.string(),
  work_plan: v.string(),
  first_year: v.number(),
  year_baht: v.array(v.number()),
  cost_baht: v.number(),
  feasibility: v.string(),
  feasibility_reason: v.string(),
  exclusive_group: v.string(),
  beyond_capacity: v.boolean(),
  unit_cost: v.nullable(v.number()),
  units: v.nullable(v.number()),
  version: v.number(),
  villages: v.array(v.object({ code: v.string(), persons: v.number() })),
  needs: v.array(v.object({ id: v.string(), number: v.number(), category: v.string() })),
})
export type Project = v.InferOutput<typeof ProjectSchema>

const SuggestionSchema = v.object({
  category: v.string(),
  needs: v.array(v.string()),
  villages: v.array(v.string()),
  severity: v.number(),
  weight: v.number(),
})
export type Suggestion = v.InferOutput<typeof SuggestionSchema>

/** What a project can begin from: needs near one another, or a solution that somebody proposed. */
export interface Seed {
  readonly category: string
  readonly needs: readonly string[]
  readonly villages: readonly string[]
  readonly solution?: string
  readonly words?: string
  readonly cost_baht?: number | null
}

const NeedSchema = v.object({
  properties: v.object({ category: v.string(), village: v.nullish(v.string()) }),
})

/** A solution that is shown, with the need under which it stands; null where there is none. */
export async function getSeed(need: string, solution: string): Promise<Seed | null> {
  const [{ properties }, thread] = await Promise.all([
    get(`/pins/${need}`, NeedSchema, {}),
    getSolutions(need),
  ])
  const found = thread.find((one) => one.id === solution && one.state === 'shown')
  if (!found) return null
  const villages = properties.village ? [properties.village] : []
  const { words, cost_baht } = found
  return { category: properties.category, needs: [need], villages, solution, words, cost_baht }
}

const UnitCostSchema = v.object({
  id: v.number(),
  ...Names,
  unit_th: v.string(),
  unit_en: v.string(),
  baht_per_unit: v.number(),
  source: v.string(),
})
export type UnitCost = v.InferOutput<typeof UnitCostSchema>

const listed = <T>(one: Schema<T>) => v.object({ results: v.array(one) })

export const getDesk = (options?: Options) =>
  get(
    '/rounds',
    v.object({ results: v.array(OwnRoundSchema), offices: v.array(OfficeSchema) }),
    {},
    options,
  )
export const getOwnRound = (id: string) => get(`/rounds/${id}`, OwnRoundSchema, {})
export const getBoard = (id: string) => get(`/rounds/${id}/board`, BoardSchema, {})
export const getResults = (id: string) => get(`/rounds/${id}/results`, OwnResultsSchema, {})
export const getDeliveries = async (id: string) =>
  (await get(`/rounds/${id}/deliveries`, DeliveriesSchema, {})).results
export const getProjects = async (office: number) =>
  (await get('/projects', listed(ProjectSchema), { office })).results
export const getSuggestions = async (office: number) =>
  (await get('/projects/suggestions', listed(SuggestionSchema), { office })).results
export const getUnitCosts = async (office: number) =>
  (await get('/unit-costs', listed(UnitCostSchema), { office })).results

export interface Asked {
  name_th: string
  name_en: string
  fiscal_year: number
  envelope_baht: number
  rules: Rules | null
  voting_until: string | null
}
export interface Said {
  project: string
  action: 'in' | 'out'
  reason: string
}

const Anything = v.unknown()
export const openRound = (id: string, office: number, asked: Asked) =>
  send(`/rounds/${id}`, OwnRoundSchema, 'PUT', { office, ...asked })
export const changeRound = (id: string, asked: Asked) =>
  send(`/rounds/${id}`, OwnRoundSchema, 'PATCH', asked)
export const takeStep = (id: string, step: 'freeze' | 'publish') =>
  send(`/rounds/${id}/${step}`, OwnRoundSchema, 'POST', {}, COMPUTING)
export const agree = (id: string, step: 'sign' | 'decide', results_sha256: string) =>
  send(`/rounds/${id}/${step}`, OwnRoundSchema, 'POST', { results_sha256 })
export const amend = (
  id: string,
  body: { reason: string; overrides: readonly Said[]; envelope_baht: number | null },
) => send(`/rounds/${id}/amend`, OwnRoundSchema, 'POST', body, COMPUTING)
export const tryRules = (id: string, body: { rules: Rules; envelope_baht: number }) =>
  send(`/rounds/${id}/scenario`, OwnResultsSchema, 'POST', body, COMPUTING)
export const deliver = (
  id: string,
  body: { project: string; stage: string; baht: number; on: string; words: string },
) => send(`/rounds/${id}/deliveries`, Anything, 'POST', body)
export const judge = (id: string, feasibility: string, reason: string) =>
  send(`/projects/${id}/feasibility`, ProjectSchema, 'POST', { feasibility, reason })
export const propose = (id: string, body: object) =>
  send(`/projects/${id}`, ProjectSchema, 'PUT', body)
/** The project that carries out a solution. */
export const carryOut = (solution: string, id: string, body: object) =>
  send(`/solutions/${solution}/projects/${id}`, ProjectSchema, 'PUT', body)
export const edit = (id: string, body: object) =>
  send(`/projects/${id}`, ProjectSchema, 'PATCH', body)
export const holdTally = (
  id: string,
  village: string,
  body: {
    held_on: string
    people_present: number
    lines: readonly { project: string; hands: number }[]
  },
) => send(`/rounds/${id}/tallies/${village}`, Anything, 'PUT', body)
