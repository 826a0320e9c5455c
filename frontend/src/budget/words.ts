/** Words of the board that come from the server as codes. */
import { msg, t } from '../i18n'

const PHASES: Record<string, string> = {
  draft: msg('budget.phase.draft'),
  frozen: msg('budget.phase.frozen'),
  amended: msg('budget.phase.amended'),
  decided: msg('budget.phase.decided'),
  published: msg('budget.phase.published'),
}
export const phaseWord = (phase: string): string => t(PHASES[phase] ?? PHASES.draft ?? '')

const PRESETS: Record<string, string> = {
  formula: msg('budget.preset.formula'),
  equal: msg('budget.preset.equal'),
  sml_2025: msg('budget.preset.sml_2025'),
  dana_desa_2021: msg('budget.preset.dana_desa_2021'),
  custom: msg('budget.preset.custom'),
}
export const presetWord = (preset: string): string => t(PRESETS[preset] ?? PRESETS.custom ?? '')

const PARTS: Record<string, string> = {
  population: msg('budget.part.population'),
  poor: msg('budget.part.poor'),
  need: msg('budget.part.need'),
  area_km2: msg('budget.part.area_km2'),
  remoteness: msg('budget.part.remoteness'),
}
export const partWord = (part: string): string => t(PARTS[part] ?? '')

const BY: Record<string, string> = {
  officer: msg('budget.by.officer'),
  village: msg('budget.by.village'),
  civil_society: msg('budget.by.civil_society'),
  business: msg('budget.by.business'),
}
export const BYS = Object.keys(BY)
export const byWord = (by: string): string => t(BY[by] ?? '')

const FEASIBILITY: Record<string, string> = {
  unknown: msg('budget.feasibility.unknown'),
  feasible: msg('budget.feasibility.feasible'),
  not_feasible: msg('budget.feasibility.not_feasible'),
}
export const feasibilityWord = (one: string): string => t(FEASIBILITY[one] ?? '')
