/** The columns of the public files, in the order in which they stand there. */
import { msg } from '../i18n'

export interface Column {
  readonly name: string
  readonly kind: 'text' | 'integer' | 'number' | 'time' | 'yes_no'
  readonly meaning: string
}

export const KINDS: Record<Column['kind'], string> = {
  text: msg('data.kind.text'),
  integer: msg('data.kind.integer'),
  number: msg('data.kind.number'),
  time: msg('data.kind.time'),
  yes_no: msg('data.kind.yes_no'),
}

export const PIN_COLUMNS: readonly Column[] = [
  { name: 'id', kind: 'text', meaning: msg('data.pin.id') },
  { name: 'number', kind: 'integer', meaning: msg('data.pin.number') },
  { name: 'category', kind: 'text', meaning: msg('data.pin.category') },
  { name: 'severity', kind: 'integer', meaning: msg('data.pin.severity') },
  { name: 'people_band', kind: 'text', meaning: msg('data.pin.people_band') },
  { name: 'status', kind: 'text', meaning: msg('data.pin.status') },
  { name: 'checked', kind: 'yes_no', meaning: msg('data.pin.checked') },
  { name: 'received_at', kind: 'time', meaning: msg('data.pin.received_at') },
  { name: 'area_code', kind: 'text', meaning: msg('data.pin.area_code') },
  { name: 'village_source', kind: 'text', meaning: msg('data.pin.village_source') },
  { name: 'place_flag', kind: 'text', meaning: msg('data.pin.place_flag') },
  { name: 'place_precision', kind: 'text', meaning: msg('data.pin.place_precision') },
  { name: 'confirmations', kind: 'integer', meaning: msg('data.pin.confirmations') },
]

export const AREA_COLUMNS: readonly Column[] = [
  { name: 'code', kind: 'text', meaning: msg('data.area.code') },
  { name: 'population', kind: 'integer', meaning: msg('data.area.population') },
  { name: 'pins', kind: 'integer', meaning: msg('data.area.pins') },
  { name: 'unmet', kind: 'integer', meaning: msg('data.area.unmet') },
  { name: 'weighted', kind: 'number', meaning: msg('data.area.weighted') },
  { name: 'score', kind: 'number', meaning: msg('data.area.score') },
  { name: 'rank', kind: 'integer', meaning: msg('data.area.rank') },
]

export const PRECISIONS = [
  { name: 'exact', meaning: msg('data.precision.exact') },
  { name: 'village', meaning: msg('data.precision.village') },
  { name: 'cell', meaning: msg('data.precision.cell') },
]
