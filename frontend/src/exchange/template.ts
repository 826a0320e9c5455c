/** An empty file with the right headings, made in the browser. */
import type { OurColumn } from './source'

const BOM = '\ufeff' // without it a spreadsheet reads Thai as gibberish

/** A column that is never read. A row that says something in it is the template's own. */
const MARK = 'example'

/** A header, and one row that shows what belongs where and says of itself that it is an example. */
export function templateText(columns: readonly OurColumn[], words: string): string {
  const header = [...columns.map((column) => column.name), MARK]
  const example = [...columns.map((column) => column.example), words]
  return `${BOM}${[header, example].map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`
}

/** Whether the example was left in the file: it would come in as if it were real. */
export function holdsExample(preview: readonly Readonly<Record<string, unknown>>[]): boolean {
  return preview.some((row) => typeof row[MARK] === 'string' && row[MARK] !== '')
}

function cell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
