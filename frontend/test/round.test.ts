import { expect, test } from 'vitest'
import { rowsOf, villagesByArea } from '../src/round/source'

const project = (id: string, name: string) => ({
  id,
  code: '',
  name_th: name,
  name_en: '',
  cost_baht: 10,
  villages: [
    { village: '58010101', persons: 3 },
    { village: '58010102', persons: 4 },
  ],
})
const outcome = (id: string, order: number, reserve: number) => ({
  project: id,
  funded: order > 0,
  order,
  reserve_place: reserve,
  missing_baht: 0,
  sentence_th: '',
  sentence_en: '',
})

test('a round is read in the order of buying, then the reserve list, then the rest by name', () => {
  const rows = rowsOf({
    results: {
      amended: false,
      pots: [],
      rules: [],
      projects: [
        outcome('a', 2, 0),
        outcome('b', 1, 0),
        outcome('c', 0, 2),
        outcome('d', 0, 1),
        outcome('e', 0, 0),
        outcome('f', 0, 0),
        outcome('unknown', 3, 0),
      ],
    },
    inputs: {
      overrides: [],
      areas: [],
      villages: [],
      projects: [
        project('a', 'ก'),
        project('b', 'ข'),
        project('c', 'ค'),
        project('d', 'ง'),
        project('e', 'ฮ'),
        project('f', 'จ'),
      ],
    },
    deliveries: [
      { project: 'a', stage: 'promised', baht: 10, on: '2026-11-02' },
      { project: 'a', stage: 'contracted', baht: 9, on: '2026-12-02' },
    ],
  })
  expect(rows.funded.map((row) => row.project.id)).toEqual(['b', 'a'])
  expect(rows.reserve.map((row) => row.project.id)).toEqual(['d', 'c'])
  expect(rows.rest.map((row) => row.project.id)).toEqual(['f', 'e'])
  expect(rows.funded[1]?.delivery?.stage).toBe('contracted')
  expect(rows.funded[0]?.delivery).toBeNull()
  expect(rows.funded[0]?.persons).toBe(7)
})

test('villages stand under their subdistrict, and a subdistrict without any is left out', () => {
  const place = (code: string) => ({ code, name_th: code, name_en: '' })
  const areas = villagesByArea({
    areas: [place('580101'), place('580102')],
    villages: [
      { ...place('58010101'), area: '580101' },
      { ...place('58010102'), area: '580101' },
    ],
  })
  expect(areas.map((area) => [area.code, area.villages.map((one) => one.code)])).toEqual([
    ['580101', ['58010101', '58010102']],
  ])
})
