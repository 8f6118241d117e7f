// Values as XML Schema has them, in the spellings that are taken here: never more than the standard lets stand.

export type ValueKind = 'uri' | 'time' | 'base64' | 'name' | 'count'

/** What a value is not, in words. */
export const kindWords: Readonly<Record<ValueKind, string>> = { uri: 'URI', time: 'time', base64: 'base64', name: 'name', count: 'number' }

/** Without the blanks of XML around it. */
export function trimmed(text: string): string {
  const isBlank = (at: number): boolean => ' \t\r\n'.includes(text.charAt(at))
  let [from, to] = [0, text.length]
  while (from < to && isBlank(from)) from += 1
  while (to > from && isBlank(to - 1)) to -= 1
  return text.slice(from, to)
}

/** In its one spelling; lines may be broken. */
export function isBase64(text: string): boolean {
  const plain = text.replace(/[ \t\r\n]/g, '')
  return Buffer.from(plain, 'base64').toString('base64') === plain
}

const coded = /[^\x21-\x7e]|[<>"{}|\\^`]/g

/** True for a URI of RFC 3986, where every character stands for itself or for its code. */
export const isPlainUri = (text: string): boolean => text.search(coded) < 0 && isUri(text)

/** RFC 3986, where what XML Schema lets stand for its own code stands for itself. */
export function isUri(text: string): boolean {
  const plain = trimmed(text).replace(coded, '_')
  const [, scheme, authority, path = '', query = '', fragment = ''] = /^(?:([^:/?#]+):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/.exec(plain) ?? []
  if (scheme === undefined ? authority === undefined && path.startsWith(':') : !/^[A-Za-z][A-Za-z0-9+.-]*$/.test(scheme)) return false
  if (authority !== undefined && !/^(?:(?:[\w\-.~!$&'()*+,;=:]|%[\dA-Fa-f]{2})*@)?(?:\[[\dA-Fa-f:.]+\]|(?:[\w\-.~!$&'()*+,;=]|%[\dA-Fa-f]{2})*)(?::\d{1,5})?$/.test(authority)) return false
  return [path, query, fragment].every((part) => /^(?:[\w\-.~!$&'()*+,;=:@/?]|%[\dA-Fa-f]{2})*$/.test(part))
}

/** A time of four digits of years, that the calendar has. */
export function isTime(text: string): boolean {
  const [whole, year, month, day, hour, minute, second, ahead, past] = (/^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:Z|[+-](\d\d):(\d\d))?$/.exec(text) ?? []).map((part) => Number(part || 0))
  if (whole === undefined) return false
  const days = new Date(Date.UTC(2000 + year! % 400, month!, 0)).getUTCDate()
  return year! > 0 && month! >= 1 && month! <= 12 && day! >= 1 && day! <= days && hour! < 24 && minute! < 60 && second! < 60 && ahead! < 14 && past! < 60
}

/** True for values of a kind. */
export const isOfKind: Readonly<Record<ValueKind, (text: string) => boolean>> = {
  uri: isUri, time: isTime, base64: isBase64, name: (text) => /^[A-Za-z_][\w.-]*$/.test(text), count: (text) => /^\d+$/.test(trimmed(text)),
}
