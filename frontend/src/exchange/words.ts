/** The words of kinds, steps, levels and reasons, by message id. */
import {
  mdiAccountMultipleOutline,
  mdiChartBar,
  mdiHomeGroup,
  mdiMapMarkerMultipleOutline,
  mdiOfficeBuildingOutline,
  mdiVectorPolygon,
} from '@mdi/js'
import { msg, t } from '../i18n'

interface KindLook {
  readonly icon: string
  readonly name: string
  readonly about: string
  /** Names of formats are the same in every language. */
  readonly formats: string
}

const TABLES = 'CSV · Excel (.xlsx) · JSON'
const LAYERS = 'GeoJSON · GeoPackage · Shapefile (.zip) · FlatGeobuf'

/** In the order in which a country is filled: places first, what stands on them after. */
export const KINDS: Readonly<Record<string, KindLook>> = {
  boundaries: {
    icon: mdiVectorPolygon,
    name: msg('imports.kind.boundaries'),
    about: msg('imports.kind.boundaries.about'),
    formats: LAYERS,
  },
  villages: {
    icon: mdiHomeGroup,
    name: msg('imports.kind.villages'),
    about: msg('imports.kind.villages.about'),
    formats: `${TABLES} · GeoJSON`,
  },
  figures: {
    icon: mdiAccountMultipleOutline,
    name: msg('imports.kind.figures'),
    about: msg('imports.kind.figures.about'),
    formats: TABLES,
  },
  offices: {
    icon: mdiOfficeBuildingOutline,
    name: msg('imports.kind.offices'),
    about: msg('imports.kind.offices.about'),
    formats: TABLES,
  },
  indicators: {
    icon: mdiChartBar,
    name: msg('imports.kind.indicators'),
    about: msg('imports.kind.indicators.about'),
    formats: TABLES,
  },
  pins: {
    icon: mdiMapMarkerMultipleOutline,
    name: msg('imports.kind.pins'),
    about: msg('imports.kind.pins.about'),
    formats: `${TABLES} · GeoJSON`,
  },
  activation: {
    icon: mdiVectorPolygon,
    name: msg('imports.kind.activation'),
    about: msg('imports.kind.activation'),
    formats: '',
  },
}

export const kindWord = (kind: string): string => {
  const known = KINDS[kind]
  return known ? t(known.name) : kind
}

const STEPS: Readonly<Record<string, string>> = {
  starting: msg('imports.progress.starting'),
  reading: msg('imports.progress.reading'),
  checking: msg('imports.progress.checking'),
  comparing: msg('imports.progress.comparing'),
  writing: msg('imports.progress.writing'),
  placing: msg('imports.progress.placing'),
  carrying: msg('imports.progress.carrying'),
  undoing: msg('imports.progress.undoing'),
}
export const stepWord = (step: string): string => t(STEPS[step] ?? msg('imports.progress.working'))

const LEVELS: Readonly<Record<string, string>> = {
  province: msg('imports.level.province'),
  district: msg('imports.level.district'),
  subdistrict: msg('imports.level.subdistrict'),
  village: msg('imports.level.village'),
}
const ONES: Readonly<Record<string, string>> = {
  province: msg('imports.one.province'),
  district: msg('imports.one.district'),
  subdistrict: msg('imports.one.subdistrict'),
  village: msg('imports.one.village'),
}
/** Of one area, after its name. */
export const oneWord = (level: string): string => {
  const id = ONES[level]
  return id ? t(id) : level
}
export const LEVEL_ORDER = ['province', 'district', 'subdistrict', 'village'] as const
export const levelWord = (level: string): string => {
  const id = LEVELS[level]
  return id ? t(id) : level
}

export const VERDICT_WORDS = {
  refused: msg('imports.verdict.refused'),
  flagged: msg('imports.verdict.flagged'),
  repaired: msg('imports.verdict.repaired'),
} as const

export const CHANGE_WORDS = {
  new: msg('imports.change.new'),
  gone: msg('imports.change.gone'),
  moved: msg('imports.change.moved'),
  renamed: msg('imports.change.renamed'),
} as const

/** Short titles of reasons; the server's sentence stands with each row. */
const CODES: Readonly<Record<string, string>> = {
  cell_empty: msg('imports.code.cell_empty'),
  cell_text: msg('imports.code.cell_text'),
  cell_code: msg('imports.code.cell_code'),
  cell_code_lost_zero: msg('imports.code.cell_code_lost_zero'),
  cell_code_province: msg('imports.code.cell_code_province'),
  cell_number: msg('imports.code.cell_number'),
  cell_whole: msg('imports.code.cell_whole'),
  cell_range: msg('imports.code.cell_range'),
  cell_date: msg('imports.code.cell_date'),
  cell_date_order: msg('imports.code.cell_date_order'),
  cell_date_future: msg('imports.code.cell_date_future'),
  cell_choice: msg('imports.code.cell_choice'),
  cell_email: msg('imports.code.cell_email'),
  cell_website: msg('imports.code.cell_website'),
  cell_formula: msg('imports.code.cell_formula'),
  cell_error: msg('imports.code.cell_error'),
  name_garbled: msg('imports.code.name_garbled'),
  text_cut: msg('imports.code.text_cut'),
  row_twice: msg('imports.code.row_twice'),
  row_width: msg('imports.code.row_width'),
  row_geometry_empty: msg('imports.code.row_geometry_empty'),
  row_geometry_broken: msg('imports.code.row_geometry_broken'),
  row_geometry_type: msg('imports.code.row_geometry_type'),
  row_geometry_metres: msg('imports.code.row_geometry_metres'),
  row_geometry_swapped: msg('imports.code.row_geometry_swapped'),
  row_geometry_invalid: msg('imports.code.row_geometry_invalid'),
  row_geometry_repair: msg('imports.code.row_geometry_repair'),
  area_unknown: msg('imports.code.area_unknown'),
  area_name_missing: msg('imports.code.area_name_missing'),
  area_abolished: msg('imports.code.area_abolished'),
  area_not_official: msg('imports.code.area_not_official'),
  area_without_polygon: msg('imports.code.area_without_polygon'),
  area_overlaps: msg('imports.code.area_overlaps'),
  area_does_not_nest: msg('imports.code.area_does_not_nest'),
  name_differs: msg('imports.code.name_differs'),
  category_unknown: msg('imports.code.category_unknown'),
  provenance_missing: msg('imports.code.provenance_missing'),
  territory_shared: msg('imports.code.territory_shared'),
  more_households: msg('imports.code.more_households'),
  figure_not_the_sum: msg('imports.code.figure_not_the_sum'),
  village_placeholder: msg('imports.code.village_placeholder'),
  village_no_point: msg('imports.code.village_no_point'),
  village_half_point: msg('imports.code.village_half_point'),
  village_swapped: msg('imports.code.village_swapped'),
  village_metres: msg('imports.code.village_metres'),
  village_outside_country: msg('imports.code.village_outside_country'),
  village_outside_own: msg('imports.code.village_outside_own'),
  village_no_subdistrict: msg('imports.code.village_no_subdistrict'),
  village_no_polygon: msg('imports.code.village_no_polygon'),
  severity_assumed: msg('imports.code.severity_assumed'),
  category_assumed: msg('imports.code.category_assumed'),
  status_assumed: msg('imports.code.status_assumed'),
  repair_people_band: msg('imports.code.repair_people_band'),
  repair_place_words: msg('imports.code.repair_place_words'),
  place_words_differ: msg('imports.code.place_words_differ'),
  place_outside: msg('imports.code.place_outside'),
  place_is_public: msg('imports.code.place_is_public'),
  place_too_coarse: msg('imports.code.place_too_coarse'),
  place_coarse: msg('imports.code.place_coarse'),
  place_ambiguous: msg('imports.code.place_ambiguous'),
  place_unknown: msg('imports.code.place_unknown'),
  not_your_area: msg('imports.code.not_your_area'),
  pin_exists: msg('imports.code.pin_exists'),
  pin_status_differs: msg('imports.code.pin_status_differs'),
  pin_was_joined: msg('imports.code.pin_was_joined'),
  photos_left_out: msg('imports.code.photos_left_out'),
  repair_code: msg('imports.code.repair_code'),
  repair_height_dropped: msg('imports.code.repair_height_dropped'),
  repair_ring_closed: msg('imports.code.repair_ring_closed'),
  repair_repeated_points: msg('imports.code.repair_repeated_points'),
  repair_self_intersection: msg('imports.code.repair_self_intersection'),
  repair_name_cut: msg('imports.code.repair_name_cut'),
  repair_name_garbled: msg('imports.code.repair_name_garbled'),
  repair_name_missing: msg('imports.code.repair_name_missing'),
  repair_name_spelling: msg('imports.code.repair_name_spelling'),
}
/** A reason that this page does not know yet is named as it came. */
export const codeWord = (code: string): string => {
  const id = CODES[code]
  return id ? t(id) : code.replaceAll('_', ' ')
}

/** What is written, by kind: how many new and changed of what. */
export const WRITTEN_WORDS: Readonly<Record<string, string>> = {
  villages: msg('imports.write.villages'),
  figures: msg('imports.write.figures'),
  offices: msg('imports.write.offices'),
  indicators: msg('imports.write.indicators'),
  pins: msg('imports.write.pins'),
}
