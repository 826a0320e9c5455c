/** Votes on a round's projects, and hands of village meetings: read, cast and taken back. Never added up. */
import * as v from 'valibot'
import { get, type Options } from '../api'
import { send } from '../life/source'

const CandidateSchema = v.object({
  id: v.string(),
  name_th: v.string(),
  name_en: v.string(),
  code: v.string(),
  objective: v.string(),
  cost_baht: v.number(),
  first_year: v.number(),
  year_baht: v.array(v.number()),
  villages: v.array(v.object({ code: v.string(), persons: v.number() })),
  voted: v.boolean(),
  /** null while people vote: nobody shall follow the crowd. */
  votes: v.nullable(v.number()),
})
export type Candidate = v.InferOutput<typeof CandidateSchema>
const CandidatesSchema = v.object({ voting: v.boolean(), results: v.array(CandidateSchema) })
const VotedSchema = v.object({ voted: v.boolean() })
const TalliesSchema = v.object({
  results: v.array(
    v.object({
      village: v.string(),
      held_on: v.string(),
      people_present: v.number(),
      lines: v.array(v.object({ project: v.string(), hands: v.number() })),
    }),
  ),
})
export type Tally = v.InferOutput<typeof TalliesSchema>['results'][number]

/** In the order in which the server gives them: random, and the same each time for one person. */
export const getCandidates = async (round: string, options?: Options): Promise<Candidate[]> =>
  (await get(`/rounds/${round}/candidates`, CandidatesSchema, {}, options)).results

export const getTallies = async (round: string, options?: Options): Promise<Tally[]> =>
  (await get(`/rounds/${round}/tallies`, TalliesSchema, {}, options)).results

/** Votes for a project or takes the vote back; what then stands. */
export const setVote = async (
  round: string,
  project: string,
  wanted: boolean,
): Promise<boolean> => {
  const path = `/rounds/${round}/votes/${project}`
  const answer = wanted
    ? await send(path, VotedSchema, 'PUT', {})
    : await send(path, VotedSchema, 'DELETE')
  return answer.voted
}

/** What a project asks of the round: the baht of its year. */
export const asks = (one: Candidate, fiscalYear: number): number =>
  one.year_baht[fiscalYear - one.first_year] ?? one.cost_baht

export const withVote = (
  candidates: readonly Candidate[],
  id: string,
  voted: boolean,
): Candidate[] => candidates.map((one) => (one.id === id ? { ...one, voted } : one))

export const persons = (one: Candidate): number =>
  one.villages.reduce((sum, { persons: served }) => sum + served, 0)

export interface Count {
  candidate: Candidate
  votes: number
  hands: number
  /** In how many meetings hands were counted for it; 0: in none. */
  meetings: number
}

/** Votes by phone and hands of meetings side by side, most votes first; those without either are left out. */
export function countsOf(candidates: readonly Candidate[], tallies: readonly Tally[]): Count[] {
  const lines = tallies.flatMap((tally) => tally.lines)
  return candidates
    .map((candidate) => {
      const mine = lines.filter((line) => line.project === candidate.id)
      const hands = mine.reduce((sum, line) => sum + line.hands, 0)
      return { candidate, votes: candidate.votes ?? 0, hands, meetings: mine.length }
    })
    .filter((one) => one.votes || one.meetings)
    .sort((a, b) => b.votes - a.votes || b.hands - a.hands)
}
