/**
 * One pictogram a category. 24 units wide from Material Design Icons, 15 from Temaki, which has
 * the things of a village that the first lacks.
 */
import {
  mdiBriefcase,
  mdiCorn,
  mdiDogSide,
  mdiDotsHorizontal,
  mdiHomeAlert,
  mdiHomeFlood,
  mdiHumanWheelchair,
  mdiLandPlots,
  mdiLandslide,
  mdiRoadVariant,
  mdiSchool,
  mdiShieldAlert,
  mdiSmog,
  mdiSprout,
  mdiStethoscope,
  mdiTransmissionTower,
  mdiTrashCan,
} from '@mdi/js'
import shelter from '@rapideditor/temaki/icons/picnic_shelter.svg?raw'
import lamp from '@rapideditor/temaki/icons/street_lamp_arm.svg?raw'
import mast from '@rapideditor/temaki/icons/tower_communication.svg?raw'
import tap from '@rapideditor/temaki/icons/water_tap.svg?raw'

export interface Glyph {
  readonly d: string
  readonly box: number
}

const mdi = (d: string): Glyph => ({ d, box: 24 })

function temaki(svg: string): Glyph {
  const paths = [...svg.matchAll(/ d="([^"]+)"/g)].map((match) => match[1])
  return { d: paths.join(' '), box: 15 }
}

const OTHER = mdi(mdiDotsHorizontal)

const CATEGORIES: Record<string, Glyph> = {
  water_supply: temaki(tap),
  farm_water: mdi(mdiSprout),
  flood: mdi(mdiHomeFlood),
  road: mdi(mdiRoadVariant),
  street_light: temaki(lamp),
  power: mdi(mdiTransmissionTower),
  signal: temaki(mast),
  health: mdi(mdiStethoscope),
  care: mdi(mdiHumanWheelchair),
  school: mdi(mdiSchool),
  public_space: temaki(shelter),
  housing: mdi(mdiHomeAlert),
  hazard: mdi(mdiLandslide),
  safety: mdi(mdiShieldAlert),
  waste: mdi(mdiTrashCan),
  pollution: mdi(mdiSmog),
  animals: mdi(mdiDogSide),
  farming: mdi(mdiCorn),
  income: mdi(mdiBriefcase),
  land_debt: mdi(mdiLandPlots),
  other: OTHER,
}

/** A category added by a deployment without a pictogram of its own gets the one of `other`. */
export const categoryGlyph = (slug: string): Glyph => CATEGORIES[slug] ?? OTHER

const GROUPS = ['water', 'roads', 'health', 'commons', 'home', 'environment', 'livelihood', 'other']

/** The colours of a group as tokens, for an element's style. */
export function groupColours(slug: string): { ground: string; ink: string } {
  const known = GROUPS.includes(slug) ? slug : 'other'
  return { ground: `var(--group-${known})`, ink: `var(--on-group-${known})` }
}
