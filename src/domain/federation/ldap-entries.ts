// What an entry of a directory says: attributes within bounds, what it is called for good, and whether its person may sign in.
import type { Entry } from 'ldapts'

const most = { attributes: 300, values: 1000, value: 4096, all: 512 * 1024, subject: 1024 }

/** Microsoft's directories give these as bytes. */
export const binary = ['objectGUID', 'objectSid', 'mS-DS-ConsistencyGuid', 'GUID']
const guids = new Set(['objectguid', 'ms-ds-consistencyguid'])

/** Asked for by name, as directories give them to nobody else. */
export const operational = ['memberOf', 'entryUUID', 'pwdAccountLockedTime', 'nsAccountLock', 'nsUniqueId', 'ipaUniqueID', 'loginDisabled']

/** What nobody has any need of here, though a directory may show it to whoever binds. */
const isSecret = (name: string): boolean => /passw|pwdhist|^unicodepwd|^dbcspwd|^(nt|lm)pwd|krb.*key|secret|privatekey|pkcs12/i.test(name)

const bytesOf = (value: string | Buffer): Buffer => (typeof value === 'string' ? Buffer.from(value, 'utf8') : value)

/** The way that Microsoft writes 16 bytes down. */
function guidOf(bytes: Buffer): string | undefined {
  if (bytes.length !== 16) return undefined
  const turned = Buffer.concat([bytes.subarray(0, 4).toReversed(), bytes.subarray(4, 6).toReversed(), bytes.subarray(6, 8).toReversed(), bytes.subarray(8)]).toString('hex')
  return turned.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/** The values of an attribute, however the server or the asking spells its name. */
export function valuesOf(entry: Entry, name: string): string[] {
  const wanted = name.toLowerCase()
  const key = Object.keys(entry).find((one) => one.toLowerCase() === wanted && one !== 'dn')
  return key === undefined ? [] : textsOf(key, entry[key]!)
}

/** What has a NUL in it is no text that can be kept. */
function textsOf(name: string, given: Entry[string]): string[] {
  const values: (string | Buffer)[] = Array.isArray(given) ? given : [given]
  return values.flatMap((value) => {
    if (guids.has(name.toLowerCase())) return guidOf(bytesOf(value)) ?? []
    if (typeof value !== 'string') return value.toString('base64')
    return value.includes('\0') ? [] : value
  })
}

/** The attributes by the names that the server spells; a mapping names them exactly so. What is over long is left out. */
export function claimsOf(entry: Entry): Map<string, readonly string[]> {
  const claims = new Map<string, readonly string[]>([['dn', [entry.dn]]])
  let size = 0
  for (const [name, given] of Object.entries(entry)) {
    if (name === 'dn' || isSecret(name) || claims.size >= most.attributes) continue
    const values = textsOf(name, given).filter((value) => value !== '' && value.length <= most.value).slice(0, most.values)
    size += values.reduce((sum, value) => sum + value.length, name.length)
    if (values.length > 0 && size <= most.all) claims.set(name, values)
  }
  return claims
}

/** What the directory calls somebody for good; undefined where that is nothing, or not one thing. */
export function subjectOf(entry: Entry, attribute: string): string | undefined {
  const [subject, ...others] = attribute.toLowerCase() === 'dn' ? [entry.dn] : valuesOf(entry, attribute)
  return subject !== undefined && subject !== '' && others.length === 0 && Buffer.byteLength(subject) <= most.subject ? subject : undefined
}

/** Windows counts in tenths of microseconds since 1601. */
const fromWindows = (ticks: bigint): number => Number(ticks / 10_000n) - 11_644_473_600_000
const never = 0x7fff_ffff_ffff_ffffn

/** Whether the directory lets somebody in at all. A lock that ends by itself, as after wrong passwords, is none of them. */
export function isActive(entry: Entry, now: number): boolean {
  const first = (name: string): string => valuesOf(entry, name)[0] ?? ''
  const number = (name: string): bigint => (/^-?\d{1,19}$/.test(first(name)) ? BigInt(first(name)) : 0n)
  const isTrue = (name: string): boolean => first(name).toLowerCase() === 'true'
  if ((number('userAccountControl') & 2n) !== 0n) return false
  if (['nsAccountLock', 'loginDisabled', 'msDS-UserAccountDisabled'].some(isTrue)) return false
  if (first('pwdAccountLockedTime') === '000001010000Z') return false
  const [expires, days] = [number('accountExpires'), number('shadowExpire')]
  if (expires > 0n && expires !== never && fromWindows(expires) <= now) return false
  return !(days > 0n && Number(days) * 86_400_000 <= now)
}
