// Prints what each page can make a browser download, both languages included, and fails beyond
// the budget (with --report it only prints). Sizes are gzip; fonts are already compressed.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const DIST = fileURLToPath(new URL('../dist/', import.meta.url))
const KB = 1000
const BUDGET = {
  landing: { page: 'index.html', js: 110, css: 15, fonts: 50 },
  phone: { page: 'm/index.html', js: 110, css: 15, fonts: 50 },
  reports: { page: 'm/reports/index.html', js: 80, css: 15, fonts: 50 },
  data: { page: 'data/index.html', js: 110, css: 15, fonts: 50 },
  // `first` is what comes before anyone asks for a map.
  where: { page: 'where/index.html', js: 110, first: 60, css: 15, fonts: 50 },
  need: { page: 'need/index.html', js: 60, css: 15, fonts: 50 },
  round: { page: 'round/index.html', js: 60, css: 15, fonts: 50 },
  village: { page: 'village/index.html', js: 60, css: 15, fonts: 50 },
  unsubscribe: { page: 'unsubscribe/index.html', js: 60, css: 15, fonts: 50 },
  imports: { page: 'office/import/index.html', js: 80, css: 15, fonts: 50 },
  meeting: { page: 'office/meeting/index.html', js: 80, css: 15, fonts: 50 },
  budget: { page: 'office/budget/index.html', js: 90, css: 15, fonts: 50 },
  people: { page: 'office/people/index.html', js: 60, css: 15, fonts: 50 },
  login: { page: 'login/index.html', js: 60, css: 15, fonts: 50 },
  account: { page: 'account/index.html', js: 60, css: 15, fonts: 50 },
  join: { page: 'join/index.html', js: 60, css: 15, fonts: 50 },
  office: { page: 'office/index.html', js: 300, css: 40, fonts: 50 },
}

const read = (path) => readFileSync(DIST + path)
const size = (path) =>
  path.endsWith('.woff2') ? statSync(DIST + path).size : gzipSync(read(path)).length

/** Everything a page can come to load: what it names, and what those name in turn. */
function reach(page) {
  const seen = new Set()
  const queue = [page]
  const files = readdirSync(`${DIST}assets`, { recursive: true })
    .filter((name) => name.includes('.'))
    .map((name) => `assets/${name}`)
  while (queue.length) {
    const path = queue.pop()
    if (seen.has(path)) continue
    seen.add(path)
    if (path.endsWith('.woff2')) continue
    const text = read(path).toString()
    // Files beside one another are named without their folder; the phone's pages have a folder of their own.
    for (const file of files)
      if (text.includes(file) || (dirname(file) === dirname(path) && text.includes(basename(file))))
        queue.push(file)
  }
  return [...seen]
}

/** The scripts that the page itself names: they come before anything is pressed. */
function named(page) {
  return [
    ...read(page)
      .toString()
      .matchAll(/(assets\/[^"]+\.js)"/g),
  ].map((match) => match[1])
}

let failed = false
for (const [name, { page, ...limits }] of Object.entries(BUDGET)) {
  if (!existsSync(DIST + page)) continue
  const files = reach(page)
  for (const [kind, limit] of Object.entries(limits)) {
    const ending = { js: '.js', css: '.css', fonts: '.woff2' }[kind]
    const found = kind === 'first' ? named(page) : files.filter((path) => path.endsWith(ending))
    const total = found.reduce((sum, path) => sum + size(path), 0) / KB
    const over = total > limit
    failed ||= over
    console.log(
      `${name.padEnd(8)} ${kind.padEnd(6)} ${total.toFixed(1).padStart(6)} KB of ${limit}${over ? '  TOO LARGE' : ''}`,
    )
  }
}
process.exitCode = failed && !process.argv.includes('--report') ? 1 : 0
