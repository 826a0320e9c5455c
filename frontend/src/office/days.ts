// A filter is half-open: `until` is the first day that no longer counts. People say the last
// day that does. Pure.

function shifted(isoDay: string, days: number): string {
  const date = new Date(`${isoDay}T00:00:00Z`)
  date.setUTCDate(date.getUTCDate() + days)
  return date.toISOString().slice(0, 10)
}

export const lastDayOf = (until: string): string => shifted(until, -1)
export const untilAfter = (lastDay: string): string => shifted(lastDay, 1)
