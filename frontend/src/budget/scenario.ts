/** Two results of the same inputs, side by side. */
import type { Results } from '../round/source'

type Given = Pick<Results, 'projects' | 'rules' | 'pots'>

export interface Totals {
  projects: number
  spent: number
  villages: number
  benefit: number
  gini: number | null
}

/** Figures of the rule that decided; overrides count as it took them. */
export function totals({ rules, projects, pots }: Given, rule: string): Totals {
  const own = rules.find((one) => one.rule === rule)
  return {
    projects: projects.filter((one) => one.funded).length,
    spent: pots.reduce((sum, pot) => sum + pot.spent_baht, 0),
    villages: own?.villages_served ?? 0,
    benefit: own?.benefit ?? 0,
    gini: own?.gini ?? null,
  }
}

/** Ids of projects that only the other one funds, and only this one. */
export function compare(now: Given, other: Given): { gained: string[]; lost: string[] } {
  const funded = (given: Given) =>
    new Set(given.projects.filter((one) => one.funded).map((one) => one.project))
  const [before, after] = [funded(now), funded(other)]
  return {
    gained: [...after].filter((id) => !before.has(id)),
    lost: [...before].filter((id) => !after.has(id)),
  }
}
