import { expect, test } from 'vitest'
import {
  keyAct,
  MOST,
  moved,
  outcomeOf,
  papersOfMany,
  stepsOfMany,
  toggled,
  toggledAll,
  withMore,
} from '../src/office/many'
import { asView, readScreen, screenQuery } from '../src/office/screen'

const ids = (n: number) => Array.from({ length: n }, (_, at) => `id-${at}`)
const key = (code: string, more = {}) => ({
  code,
  key: '',
  shiftKey: false,
  ctrlKey: false,
  altKey: false,
  metaKey: false,
  ...more,
})

test('a tick is taken back by a second press, and never exceeds what one act may hold', () => {
  expect(toggled(['a'], 'b')).toEqual(['a', 'b'])
  expect(toggled(['a', 'b'], 'a')).toEqual(['b'])
  expect(toggled(ids(MOST), 'more')).toEqual(ids(MOST))
})

test('all that are shown are ticked, and none of them when all were', () => {
  expect(toggledAll(['a'], ['a', 'b'])).toEqual(['a', 'b'])
  expect(toggledAll(['a', 'b'], ['a', 'b'])).toEqual([])
  expect(toggledAll([], ids(MOST + 5))).toHaveLength(MOST)
})

test('a shortlist grows at its end and holds each need once', () => {
  expect(withMore(['a', 'b'], ['b', 'c'])).toEqual(['a', 'b', 'c'])
})

test('a need moves by one place, and stays at an end', () => {
  expect(moved(['a', 'b', 'c'], 1, -1)).toEqual(['b', 'a', 'c'])
  expect(moved(['a', 'b', 'c'], 1, 1)).toEqual(['a', 'c', 'b'])
  expect(moved(['a', 'b'], 0, -1)).toEqual(['a', 'b'])
  expect(moved(['a', 'b'], 1, 1)).toEqual(['a', 'b'])
})

test('many may take what one of them may, but are not done without a photo each', () => {
  expect(stepsOfMany(['reported', 'planned'])).toContain('verified')
  expect(stepsOfMany(['reported'])).not.toContain('done')
  expect(papersOfMany(['reported'], 'verified')).toEqual([])
  expect(papersOfMany(['reported', 'done'], 'verified')).toEqual(['reason'])
})

test('a result says how many were done, what undoes them, and each reason once with its numbers', () => {
  const done = (entry: number) => ({ entry, code: null, detail: null })
  const no = { entry: null, code: 'not_found', detail: 'No.' }
  expect(outcomeOf([done(7), no, done(9), no], [1, 2, 3, 4])).toEqual({
    done: 2,
    entries: [7, 9],
    refused: [{ why: 'No.', numbers: [2, 4] }],
  })
})

test('keys mean the same on a Thai keyboard, nothing in a field, and nothing with Ctrl', () => {
  expect(keyAct(key('KeyJ', { key: '่' }), 'elsewhere')).toBe('next')
  expect(keyAct(key('KeyX'), 'field')).toBeNull()
  expect(keyAct(key('KeyA', { ctrlKey: true }), 'row')).toBeNull()
  expect(keyAct(key('Slash', { shiftKey: true, key: 'ฦ' }), 'elsewhere')).toBe('keys')
  expect(keyAct(key('ArrowDown', { key: 'ArrowDown' }), 'row')).toBe('next')
  expect(keyAct(key('ArrowDown', { key: 'ArrowDown' }), 'elsewhere')).toBeNull()
})

test('a saved view replaces the filter, and its address opens the same screen', () => {
  const screen = readScreen('view=heat&area=58&status=open')
  const opened = asView(screen, 'area=5801&queue=new')
  expect(opened.filter).toEqual({ area: '5801', queue: 'new' })
  expect(readScreen(screenQuery(opened))).toEqual(opened)
})
