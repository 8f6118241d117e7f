// The AWS configuration file: our block between two marker lines, and nothing else touched.
import { Refusal } from '../../platform/errors.js'
import type { Target } from './target.js'

export interface Grant {
  accountId: string
  accountName: string
  permissionSet: string
}

export interface BlockOptions {
  target: Target
  grants: readonly Grant[]
  template: string
  /** Profiles that call this command instead of the APIs. */
  byProcess: boolean
  /** Names of sections that the file has elsewhere: a second one of a name would make the file unreadable. */
  taken: ReadonlySet<string>
}

/** Writes the sections of a session: its profiles, and what they refer to. */
export function profilesBlock({ target, grants, template, byProcess, taken }: BlockOptions): { text: string; left: string[]; written: number } {
  const names = profileNames(grants, template)
  const profiles = grants.map((grant, at): Section => ({
    name: `profile ${names[at]!}`,
    lines: [...(byProcess ? processLines(grant, target) : sessionLines(grant, target)), `region = ${target.region}`],
  }))
  const sections = byProcess ? profiles : [...shared(target), ...profiles]
  const isTaken = ({ name }: Section) => taken.has(name) || (name === 'profile default' && taken.has('default'))
  const fresh = sections.filter((section) => !isTaken(section))
  return {
    text: fresh.map(({ name, lines }) => [`[${name}]`, ...lines, ''].join('\n')).join('\n'),
    left: sections.filter(isTaken).map(({ name }) => name),
    written: fresh.filter(({ name }) => name.startsWith('profile ')).length,
  }
}

interface Section {
  name: string
  lines: string[]
}

const shared = ({ session, startUrl, region, endpoint }: Target): Section[] => [
  { name: `sso-session ${session}`, lines: [`sso_start_url = ${startUrl}`, `sso_region = ${region}`, 'sso_registration_scopes = sso:account:access'] },
  { name: `services ${session}`, lines: ['sso', 'sso_oidc', 'sts'].flatMap((service) => [`${service} =`, `  endpoint_url = ${endpoint}`]) },
]

const sessionLines = ({ accountId, permissionSet }: Grant, { session }: Target): string[] =>
  [`sso_session = ${session}`, `sso_account_id = ${accountId}`, `sso_role_name = ${permissionSet}`, `services = ${session}`]

const processLines = ({ accountId, permissionSet }: Grant, { session }: Target): string[] =>
  [`credential_process = gatehouse credentials --session ${session} --account ${accountId} --permission-set ${permissionSet} --format process`]

const placeholders = /\{(\w*)\}/g
/** What may not be in a section name, because some client would then not find the section. */
const unfit = /[^\w@+.:/-]+/g

function profileNames(grants: readonly Grant[], template: string): string[] {
  const plain = grants.map((grant) => {
    if (!/^\d{12}$/.test(grant.accountId) || !/^[\w+=,.@-]{1,64}$/.test(grant.permissionSet)) {
      throw new Refusal('unavailable', 'The portal named an account or a permission set that cannot be one.')
    }
    const name = fill(template, grant).normalize('NFKD').replace(/\p{M}/gu, '').replace(unfit, '-')
    if (!name) throw new Refusal('invalid-input', 'The template gives a profile without a name.')
    return name
  })
  const unique = new Set(plain.filter((name) => plain.indexOf(name) === plain.lastIndexOf(name)))
  const given = new Set(unique)
  return plain.map((name, at) => (unique.has(name) ? name : firstFree(`${name}.${grants[at]!.accountId}`, given)))
}

/** Finds a name that is not given yet: accounts may share a name, and different names may look the same once simplified. */
function firstFree(wanted: string, given: Set<string>): string {
  let name = wanted
  for (let next = 2; given.has(name); next += 1) name = `${wanted}-${next}`
  given.add(name)
  return name
}

function fill(template: string, { accountId, accountName, permissionSet }: Grant): string {
  const values: Record<string, string> = { account_id: accountId, account_name: accountName, permission_set: permissionSet }
  return template.replace(placeholders, (_, name: string) => {
    if (!Object.hasOwn(values, name)) throw new Refusal('invalid-input', `The template knows {account_name}, {account_id} and {permission_set}, but not {${name}}.`)
    return values[name]!
  })
}

/** Names the sections of a configuration file. */
export const sectionNames = (text: string): Set<string> =>
  new Set([...text.matchAll(/^\[\s*([^\]\r\n]*?)\s*\]/gm)].map(([, name]) => name!.replace(/\s+/g, ' ').replaceAll('"', '')))

const begin = (session: string): string => `# --- begin of gatehouse profiles (${session}) ---`
const end = (session: string): string => `# --- end of gatehouse profiles (${session}) ---`

/** Puts a block between the markers of a session, at the end of the file where there are none; an empty one goes with its markers. */
export function withBlock(text: string, session: string, block: string): string {
  const from = lineAt(text, begin(session), 0)
  const to = from < 0 ? -1 : lineAt(text, end(session), from)
  if (from >= 0 && to < 0) throw new Refusal('invalid-input', `The configuration file has the line "${begin(session)}" but not "${end(session)}" after it. Repair it by hand.`)
  const newline = text.includes('\r\n') ? '\r\n' : '\n'
  const lines = block === '' ? '' : [begin(session), ...block.trimEnd().split('\n'), end(session), ''].join(newline)
  if (from >= 0) {
    const after = text.slice(to + end(session).length).replace(/^\r?\n/, '')
    return text.slice(0, from) + lines + after
  }
  const gap = text === '' || lines === '' ? '' : text.endsWith('\n') ? newline : newline + newline
  return text + gap + lines
}

/** Finds where a line stands that is nothing but this text. */
function lineAt(text: string, line: string, from: number): number {
  for (let at = text.indexOf(line, from); at >= 0; at = text.indexOf(line, at + 1)) {
    if ((at === 0 || text[at - 1] === '\n') && /^(\r?\n|$)/.test(text.slice(at + line.length))) return at
  }
  return -1
}
