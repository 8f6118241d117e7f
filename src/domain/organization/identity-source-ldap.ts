// A directory that is asked by LDAP, in the words of the organization file: what may be said of how it is reached and searched.
import { X509Certificate } from 'node:crypto'
import { z } from 'zod'
import { ldapFilterFault, type LdapConnection } from '../federation/index.js'
import { formatDuration } from './duration.js'
import { distinct, duration } from './fields.js'
import { expanded, secret, type Outside } from './secrets.js'

const isServer = (text: string): boolean => {
  const url = /^ldaps?:\/\/[\x21-\x7e]{1,250}$/.test(text) && URL.canParse(text) ? new URL(text) : undefined
  return url !== undefined && url.hostname !== '' && url.username === '' && url.password === '' && (url.pathname === '' || url.pathname === '/') && url.search === '' && url.hash === ''
}

const server = (outside: Outside) => expanded(outside).pipe(z.string().refine(isServer, 'must be the address of a server, such as ldaps://ldap.example.com or ldap://ldap.example.com:389'))

const attribute = z.string().regex(/^[A-Za-z][A-Za-z0-9;-]{0,99}$|^[0-9]+(\.[0-9]+)+$/, 'must be the name of an attribute, such as entryUUID')

const name = z.string().trim().min(1, 'must not be empty').max(1000, 'must be at most 1000 characters')
/** Attribute and value, at least once. */
const distinguished = name.refine((text) => /^[^=,]+=/.test(text), 'must be a distinguished name, such as ou=people,dc=example,dc=com')

const filter = (...places: string[]) => z.string().trim().superRefine((text, ctx) => {
  const message = ldapFilterFault(text, places)
  if (message) ctx.addIssue({ code: 'custom', message })
})

function authoritiesFault(text: string): string | undefined {
  if (text.length > 200_000) return 'must be at most 200,000 characters'
  if (/PRIVATE KEY-----/.test(text)) return 'must be certificates alone: there is a private key in it, which nobody else may know'
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  return blocks.length > 0 && blocks.every(isCertificate) ? undefined : 'must be certificates in PEM, which begin with -----BEGIN CERTIFICATE-----'
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject !== ''
  } catch {
    return false
  }
}

const passwordFault = (text: string): string | undefined => (text.length > 1000 ? 'must be at most 1000 characters' : /^\0*$/.test(text) ? 'must not be empty' : undefined)

/** The schema of how one is reached and searched. */
export const ldapDirectory = (outside: Outside) => z.strictObject({
  url: server(outside).optional(),
  urls: distinct(server(outside), 10).min(1, 'must have at least one entry').optional(),
  startTls: z.boolean().optional(),
  authorities: secret(outside, authoritiesFault).nullish(),
  bindDn: name,
  bindPassword: secret(outside, passwordFault).optional(),
  baseDn: distinguished,
  userFilter: filter('name'),
  subject: attribute,
  groups: z.strictObject({ baseDn: distinguished.optional(), filter: filter('dn', 'name'), name: attribute.optional(), nested: z.boolean().optional() }).nullish(),
  sync: z.strictObject({ every: duration('15m', '7d') }).nullish(),
})

type Declared = z.output<ReturnType<typeof ldapDirectory>>

/** Says which address of a server is missing, or said twice. */
export const namesServers = ({ url, urls }: Pick<Declared, 'url' | 'urls'>): boolean => (url === undefined) !== (urls === undefined)

/** What is kept of one that was declared. */
export function ldapConnectionOf({ url, urls = [url!], startTls = true, authorities, bindDn, baseDn, userFilter, subject, groups, sync }: Declared): LdapConnection {
  return {
    urls, startTls, bindDn, baseDn, userFilter, subject, ...(authorities && { authorities: authorities.trim() }),
    ...(groups && { groups: { baseDn: groups.baseDn ?? baseDn, filter: groups.filter, name: groups.name ?? 'cn', nested: groups.nested ?? false } }), ...(sync && { sync }),
  }
}

/** Writes one as it is declared, without its password. */
export function writtenDirectory({ urls, startTls, authorities, bindDn, baseDn, userFilter, subject, groups, sync }: LdapConnection): Record<string, unknown> {
  return {
    urls, ...(!startTls && { startTls }), ...(authorities !== undefined && { authorities }), bindDn, baseDn, userFilter, subject, ...(groups && { groups }), ...(sync && { sync: { every: formatDuration(sync.every) } }),
  }
}
