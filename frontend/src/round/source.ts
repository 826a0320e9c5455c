/** Budget rounds as the server tells them to anyone, checked as they arrive, and the order in which they are read. */
import * as v from 'valibot'
import { get, type Options } from '../api'

const Names = { name_th: v.string(), name_en: v.string() }

export const RoundSchema = v.object({
  id: v.string(),
  office: v.object({ id: v.number(), ...Names }),
  ...Names,
  fiscal_year: v.number(), // Buddhist
  envelope_baht: v.number(),
  phase: v.string(),
  voting: v.boolean(),
  voting_until: v.nullable(v.string()),
  sample: v.nullish(v.boolean()),
  rules: v.object({ stage_b: v.object({ rule: v.string() }), stage_a: v.nullable(v.unknown()) }),
  versions: v.array(
    v.object({
      version: v.number(),
      inputs_sha256: v.nullable(v.string()),
      results_sha256: v.nullable(v.string()),
      pot_baht: v.number(),
      amended: v.boolean(),
      reason: v.string(),
      published_at: v.nullable(v.string()),
    }),
  ),
})
export type Round = v.InferOutput<typeof RoundSchema>

const OutcomeSchema = v.object({
  project: v.string(),
  funded: v.boolean(),
  order: v.number(),
  reserve_place: v.number(),
  missing_baht: v.number(),
  sentence_th: v.string(),
  sentence_en: v.string(),
})
export type Outcome = v.InferOutput<typeof OutcomeSchema>

export const ResultsSchema = v.object({
  amended: v.boolean(),
  pots: v.array(v.object({ baht: v.number(), spent_baht: v.number(), left_baht: v.number() })),
  projects: v.array(OutcomeSchema),
  rules: v.array(
    v.object({
      rule: v.string(),
      projects: v.array(v.string()),
      spent_baht: v.number(),
      benefit: v.number(),
      villages_served: v.number(),
      villages: v.number(),
      gini: v.nullable(v.number()),
    }),
  ),
})
export type Results = v.InferOutput<typeof ResultsSchema>

const Place = v.object({ code: v.string(), ...Names })

export const InputsSchema = v.object({
  areas: v.array(Place),
  villages: v.array(v.object({ ...Place.entries, area: v.string() })),
  projects: v.array(
    v.object({
      id: v.string(),
      code: v.string(),
      ...Names,
      cost_baht: v.number(),
      villages: v.array(v.object({ village: v.string(), persons: v.number() })),
    }),
  ),
  overrides: v.array(v.object({ project: v.string(), action: v.string(), reason: v.string() })),
})
export type Inputs = v.InferOutput<typeof InputsSchema>

export const DeliveriesSchema = v.object({
  results: v.array(
    v.object({ project: v.string(), stage: v.string(), baht: v.number(), on: v.string() }),
  ),
})
export type Delivery = v.InferOutput<typeof DeliveriesSchema>['results'][number]

export const getRounds = async (options?: Options): Promise<Round[]> =>
  (await get('/rounds', v.object({ results: v.array(RoundSchema) }), {}, options)).results

export interface Whole {
  round: Round
  results: Results
  inputs: Inputs
  deliveries: readonly Delivery[]
}

export const getRound = (id: string, options?: Options): Promise<Round> =>
  get(`/rounds/${id}`, RoundSchema, {}, options)

/** What a round was decided from and what came out: once a version of it is there for this reader. */
export async function getWhole(round: Round, options?: Options): Promise<Whole> {
  const { id } = round
  const [results, inputs, deliveries] = await Promise.all([
    get(`/rounds/${id}/results`, ResultsSchema, {}, options),
    get(`/rounds/${id}/inputs`, InputsSchema, {}, options),
    get(`/rounds/${id}/deliveries`, DeliveriesSchema, {}, options),
  ])
  return { round, results, inputs, deliveries: deliveries.results }
}

/** The round's villages under the subdistricts they lie in, in the order of their codes. */
export function villagesByArea({ areas, villages }: Pick<Inputs, 'areas' | 'villages'>) {
  return areas
    .map((area) => ({ ...area, villages: villages.filter((one) => one.area === area.code) }))
    .filter((area) => area.villages.length)
}

export interface Row {
  outcome: Outcome
  project: Inputs['projects'][number]
  persons: number
  /** The last stage that was reported, or null. */
  delivery: Delivery | null
}

/** Funded in the order in which they were bought, then the reserve list, then the rest by name. */
export function rowsOf({ results, inputs, deliveries }: Omit<Whole, 'round'>): {
  funded: Row[]
  reserve: Row[]
  rest: Row[]
} {
  const known = new Map(inputs.projects.map((project) => [project.id, project]))
  const rows = results.projects.flatMap((outcome) => {
    const project = known.get(outcome.project)
    if (!project) return []
    const persons = project.villages.reduce((sum, one) => sum + one.persons, 0)
    const delivery = deliveries.filter((one) => one.project === project.id).at(-1) ?? null
    return [{ outcome, project, persons, delivery }]
  })
  const by = (key: (row: Row) => number) => (a: Row, b: Row) => key(a) - key(b)
  return {
    funded: rows.filter((row) => row.outcome.funded).sort(by((row) => row.outcome.order)),
    reserve: rows
      .filter((row) => !row.outcome.funded && row.outcome.reserve_place > 0)
      .sort(by((row) => row.outcome.reserve_place)),
    rest: rows
      .filter((row) => !row.outcome.funded && row.outcome.reserve_place === 0)
      .sort((a, b) => a.project.name_th.localeCompare(b.project.name_th, 'th')),
  }
}
