import { render, screen } from '@testing-library/svelte'
import { beforeEach, describe, expect, test } from 'vitest'
import { startLanguage } from '../src/i18n'
import type { Line } from '../src/life/source'
import { fiscalYearOf, papersOf, stepsFrom } from '../src/life/steps'
import Timeline from '../src/life/Timeline.svelte'
import { readMessages } from '../vite-messages'

const th = Object.fromEntries(readMessages('src/locales/th.po'))
beforeEach(() => startLanguage({ th, en: async () => ({ default: {} }) }))

describe('the steps of a need', () => {
  test('forward jumps and closing are offered, never what only villagers say', () => {
    expect(stepsFrom('reported')).toEqual([
      'verified',
      'forwarded',
      'planned',
      'funded',
      'in_progress',
      'done',
      'closed_without_fix',
    ])
    expect(stepsFrom('done')).toEqual(['verified', 'closed_without_fix'])
    expect(stepsFrom('closed_without_fix')).toEqual(['verified'])
    expect(stepsFrom('withdrawn')).toEqual([])
  })

  test('each asks for its papers', () => {
    expect(papersOf('reported', 'planned')).toEqual(['plan'])
    expect(papersOf('reported', 'funded')).toEqual(['year'])
    expect(papersOf('reported', 'forwarded')).toEqual(['office'])
    expect(papersOf('reported', 'done')).toEqual(['photo'])
    expect(papersOf('done', 'verified')).toEqual(['reason'])
    expect(papersOf('reported', 'verified')).toEqual([])
  })

  test('a fiscal year begins in October', () => {
    expect(fiscalYearOf(new Date(2026, 8, 30))).toBe(2569)
    expect(fiscalYearOf(new Date(2026, 9, 1))).toBe(2570)
  })
})

const LINE: Line = {
  id: 1,
  at: '2026-11-01T08:00:00Z',
  kind: 'status',
  from: 'done',
  to: 'verified',
  by: 'villager',
  words: 'ยังรั่ว',
  public: true,
  papers: {},
}

describe('the timeline', () => {
  test('a step back from done is told as a reopening, by whom, with its words', () => {
    render(Timeline, { lines: [LINE] })
    expect(screen.getByText('ยังไม่เรียบร้อย เปิดเรื่องอีกครั้ง')).toBeTruthy()
    expect(screen.getByText('ยังรั่ว')).toBeTruthy()
    expect(screen.getByTestId('timeline').textContent).toContain('ชาวบ้าน')
  })

  test('papers stand beside the step', () => {
    const papers = { plan_item: '12', amendment: 2 }
    render(Timeline, { lines: [{ ...LINE, from: 'reported', to: 'planned', papers }] })
    expect(screen.getByText('ลำดับที่หรือโครงการในแผน: 12')).toBeTruthy()
    expect(screen.getByText('เพิ่มเติมหรือเปลี่ยนแปลงแผน ครั้งที่ 2')).toBeTruthy()
  })

  test('words are text, whatever they hold', () => {
    render(Timeline, { lines: [{ ...LINE, words: '<img src=x onerror=alert(1)>' }] })
    expect(document.querySelector('img')).toBeNull()
  })
})
