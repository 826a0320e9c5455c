/** Plus codes (Open Location Code) as a person types or pastes them: `7P528XX7+GX`, or `8XX7+GX` near a place. */
import { OpenLocationCode } from 'open-location-code'

type Place = { readonly lng: number; readonly lat: number }
const CODE =
  /(?:^|[^0-9A-Za-z])([23456789CFGHJMPQRVWX0]{2,8}\+[23456789CFGHJMPQRVWX]{2,7})(?![0-9A-Za-z+])/i

/** The middle of its cell of about 14 m; null where the text holds no code as fine as that, or a short one is near nothing. */
export function placeOfPlusCode(text: string, near: Place | null): Place | null {
  const given = CODE.exec(text)?.[1]?.toUpperCase()
  const codes = new OpenLocationCode()
  if (!given || !codes.isValid(given)) return null
  if (codes.isShort(given) && !near) return null
  const whole =
    codes.isShort(given) && near ? codes.recoverNearest(given, near.lat, near.lng) : given
  const cell = codes.decode(whole)
  return {
    lng: Number(cell.longitudeCenter.toFixed(6)),
    lat: Number(cell.latitudeCenter.toFixed(6)),
  }
}
