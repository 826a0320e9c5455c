/** Days as people write them here: day before month, Buddhist or Gregorian. */
const BUDDHIST = 543
const MONTHS = [
  ['ม.ค.', 'มกราคม', 'jan'],
  ['ก.พ.', 'กุมภาพันธ์', 'feb'],
  ['มี.ค.', 'มีนาคม', 'mar'],
  ['เม.ย.', 'เมษายน', 'apr'],
  ['พ.ค.', 'พฤษภาคม', 'may'],
  ['มิ.ย.', 'มิถุนายน', 'jun'],
  ['ก.ค.', 'กรกฎาคม', 'jul'],
  ['ส.ค.', 'สิงหาคม', 'aug'],
  ['ก.ย.', 'กันยายน', 'sep'],
  ['ต.ค.', 'ตุลาคม', 'oct'],
  ['พ.ย.', 'พฤศจิกายน', 'nov'],
  ['ธ.ค.', 'ธันวาคม', 'dec'],
]

/** `22/11/2569`, `2026-11-22`, `22 พ.ย. 2569` → `2026-11-22`; null where it is none of these. */
export function readDay(text: string): string | null {
  const given = text
    .trim()
    .replace(/[๐-๙]/g, (digit) => String(digit.charCodeAt(0) - 0x0e50))
    .replace(/พ\.ศ\.|ค\.ศ\./, '')
  const iso = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/.exec(given)
  if (iso) return dayOf(Number(iso[1]), Number(iso[2]), Number(iso[3]))
  const slashed = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})$/.exec(given)
  if (slashed) return dayOf(Number(slashed[3]), Number(slashed[2]), Number(slashed[1]))
  const worded = /^(\d{1,2})\s*([^\d\s]+)\s*(\d{4})$/.exec(given)
  if (worded) return dayOf(Number(worded[3]), monthOf(worded[2] ?? ''), Number(worded[1]))
  return null
}

function monthOf(word: string): number {
  const plain = word.replaceAll('.', '').toLowerCase()
  return (
    MONTHS.findIndex((names) =>
      names.some((name) =>
        /^[a-z]+$/.test(name) ? plain.startsWith(name) : name.replaceAll('.', '') === plain,
      ),
    ) + 1
  )
}

function dayOf(year: number, month: number, day: number): string | null {
  const gregorian = year >= 1900 + BUDDHIST ? year - BUDDHIST : year
  const at = new Date(Date.UTC(gregorian, month - 1, day))
  const stands = at.getUTCMonth() === month - 1 && at.getUTCDate() === day
  if (!stands || gregorian < 1900 || gregorian > 2200) return null
  return at.toISOString().slice(0, 10)
}
