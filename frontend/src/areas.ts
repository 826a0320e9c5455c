/** How the name of an area is written. Codes nest: 2 digits province, 4, 6, 8 village (a few 9). */

export type Level = 'province' | 'district' | 'subdistrict' | 'village'
export type Language = 'th' | 'en'

export interface NamedArea {
  readonly code: string
  readonly name_th: string
  readonly name_en: string
}

const BANGKOK = '10'
const LEVELS: readonly Level[] = ['province', 'district', 'subdistrict', 'village']

export function levelOf(code: string): Level {
  return LEVELS[Math.floor(code.length / 2) - 1] ?? 'province'
}

/** `long` writes the prefix out: จังหวัดเชียงใหม่ instead of จ.เชียงใหม่. */
export function areaName(
  area: NamedArea,
  language: Language,
  style: 'short' | 'long' = 'short',
): string {
  return language === 'th' ? thaiName(area, style) : englishName(area, style)
}

/** `ต.ท่าตอน อ.แม่อาย จ.เชียงใหม่`, smallest first, absent ones left out. */
export function placeName(areas: readonly (NamedArea | null | undefined)[], language: Language) {
  return areas
    .filter((area): area is NamedArea => !!area)
    .map((area) => areaName(area, language))
    .join(language === 'th' ? ' ' : ', ')
}

function thaiName({ code, name_th: name }: NamedArea, style: 'short' | 'long'): string {
  const inBangkok = code.startsWith(BANGKOK)
  const long = style === 'long'
  switch (levelOf(code)) {
    case 'province':
      if (inBangkok) return name
      return prefixed(name, long ? 'จังหวัด' : 'จ.', ['จังหวัด', 'จ.'])
    case 'district':
      if (inBangkok) return prefixed(name, 'เขต', ['เขต'])
      return prefixed(name, long ? 'อำเภอ' : 'อ.', ['อำเภอ', 'อ.'])
    case 'subdistrict':
      if (inBangkok) return prefixed(name, 'แขวง', ['แขวง'])
      return prefixed(name, long ? 'ตำบล' : 'ต.', ['ตำบล', 'ต.'])
    case 'village':
      if (inBangkok) return prefixed(name, 'ชุมชน', ['ชุมชน', 'บ้าน'])
      // A village known only by its number stays as it is: never บ้านหมู่ที่ 3.
      if (name.includes('หมู่ที่')) return name
      return prefixed(name, 'บ้าน', ['บ้าน', 'ชุมชน']) + numbered(code)
  }
}

/** The last two or three digits of a village's code are its number in the subdistrict. */
function numbered(code: string): string {
  const village = Number(code.slice(6))
  return village > 0 ? ` หมู่ที่ ${village}` : ''
}

function prefixed(name: string, prefix: string, present: readonly string[]): string {
  return present.some((start) => name.startsWith(start)) ? name : prefix + name
}

function englishName({ code, name_en, name_th }: NamedArea, style: 'short' | 'long'): string {
  if (!name_en) return name_th
  switch (levelOf(code)) {
    case 'province':
      return style === 'short' || code === BANGKOK ? name_en : `${name_en} Province`
    case 'district':
      return /district$/i.test(name_en) ? name_en : `${name_en} District`
    case 'subdistrict':
      return /subdistrict$/i.test(name_en) ? name_en : `${name_en} Subdistrict`
    case 'village':
      return name_en
  }
}
