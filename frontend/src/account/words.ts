import { type Level, placeName } from '../areas'
import { language, msg, nameOf, t } from '../i18n'
import type { Right, Role } from './source'

export const ROLES: Record<Role, string> = {
  volunteer: msg('account.role.volunteer'),
  village_head: msg('account.role.village_head'),
  officer: msg('account.role.officer'),
  administrator: msg('account.role.administrator'),
}

export const MAY: Record<Role, string> = {
  volunteer: msg('account.may.volunteer'),
  village_head: msg('account.may.village_head'),
  officer: msg('account.may.officer'),
  administrator: msg('account.may.administrator'),
}

export const LEVELS: Record<Level, string> = {
  province: msg('account.level.province'),
  district: msg('account.level.district'),
  subdistrict: msg('account.level.subdistrict'),
  village: msg('account.level.village'),
}

/** Where a right holds: an office by its name, an area with what it lies in, or the country. */
export function placeOf(right: Pick<Right, 'area' | 'area_code' | 'office'>): string {
  if (right.office) return nameOf(right.office)
  return placeName(right.area, language()) || right.area_code || t('account.country')
}
