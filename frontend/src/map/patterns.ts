// Hatching as SVG patterns: little data on each class, and areas without a population.

import { NEED_CLASSES, type NeedClass } from './classes'
import { makeSvg } from './dom'

/** Patterns are found by id, so two maps on one page need different ones. */
export interface Patterns {
  element: SVGElement
  little(need: NeedClass): string
  unknown: string
}

let made = 0

function hatch(id: string, ground: string, lines: string): SVGElement {
  return makeSvg('pattern', { id, width: '8', height: '8', patternUnits: 'userSpaceOnUse' }, [
    makeSvg('rect', { width: '8', height: '8', class: ground }),
    makeSvg('path', { d: 'M-2 2l4-4M0 8l8-8M6 10l4-4', class: lines }),
  ])
}

export function mountPatterns(): Patterns {
  const prefix = `mm-hatch-${++made}`
  const element = makeSvg('svg', { width: '0', height: '0', 'aria-hidden': 'true' }, [
    makeSvg('defs', {}, [
      ...NEED_CLASSES.map((need) =>
        hatch(
          `${prefix}-${need}`,
          `mm-need-${need}`,
          need >= 4 ? 'mm-hatch-light' : 'mm-hatch-dark',
        ),
      ),
      hatch(`${prefix}-unknown`, 'mm-land', 'mm-hatch-grey'),
    ]),
  ])
  element.classList.add('mm-patterns')
  return {
    element,
    little: (need) => `url(#${prefix}-${need})`,
    unknown: `url(#${prefix}-unknown)`,
  }
}
