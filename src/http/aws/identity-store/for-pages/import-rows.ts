// Rows of a table as people: which columns there may be, what a row says of somebody in the words of the API, and what is
// wrong with it, every fault at once.
import { importFault } from '../../../../domain/authentication/index.js'
import { CsvFault, isFormula, parseCsv } from '../../../../platform/csv.js'
import { isMailAddress } from '../../../../platform/mail/index.js'
import { AwsError } from '../../protocol/errors.js'
import { invalid, readMembers, type Read } from '../../protocol/members.js'
import type { JsonObject } from '../../protocol/request.js'
import { extensionName, userMembers } from '../attributes.js'

export const mostRows = 10_000

/** One person of a table. */
export interface ImportRow {
  line: number
  userName: string
  /** What the row says of them, as the API takes it; what has no cell, or an empty one, is not there. */
  attributes: JsonObject
  read: Read<typeof userMembers> | undefined
  active: boolean | undefined
  passwordHash: string | undefined
  faults: string[]
}

type Put = (attributes: JsonObject, cell: string) => JsonObject

const simple = (name: string): Put => (attributes, cell) => ({ ...attributes, [name]: cell })
const inside = (name: string, part: string): Put => (attributes, cell) => ({ ...attributes, [name]: { ...attributes[name] as JsonObject | undefined, [part]: cell } })
const only = (name: string): Put => (attributes, cell) => ({ ...attributes, [name]: [{ Value: cell, Type: 'work', Primary: true }] })
const enterprise = (part: string): Put => (attributes, cell) => {
  const extension = (attributes.Extensions as JsonObject | undefined)?.[extensionName] as JsonObject | undefined
  return { ...attributes, Extensions: { [extensionName]: { ...extension, [part]: cell } } }
}

/** The columns by their names, and where each one goes. */
const columns: Readonly<Record<string, Put>> = {
  userName: simple('UserName'), givenName: inside('Name', 'GivenName'), familyName: inside('Name', 'FamilyName'), displayName: simple('DisplayName'), email: only('Emails'), phoneNumber: only('PhoneNumbers'),
  title: simple('Title'), preferredLanguage: simple('PreferredLanguage'), timezone: simple('Timezone'),
  employeeNumber: enterprise('employeeNumber'), department: enterprise('department'), division: enterprise('division'), organization: enterprise('organization'), costCenter: enterprise('costCenter'),
}
const besides = ['active', 'passwordHash']
export const columnNames: readonly string[] = [...Object.keys(columns), ...besides]
/** A phone number begins with a plus, and a hash is for no spreadsheet. */
const mayLookLikeFormulas = new Set(['phoneNumber', 'passwordHash'])

const plain = (name: string): string => name.toLowerCase().replace(/[\s_-]/g, '')
const known = new Map(columnNames.map((name) => [plain(name), name]))
const hashFaults = { unknown: 'is in a form that is not known: bcrypt, argon2id, scrypt and PBKDF2 are', malformed: 'is not spelled as its form demands', 'too-costly': 'asks for more memory or work than a sign-in may cost' }
const yes = new Set(['true', 'yes', '1', 'enabled'])
const no = new Set(['false', 'no', '0', 'disabled'])

/** Reads a table; refuses one that cannot be read at all, or has columns that mean nothing here. */
export function readImport(text: string): ImportRow[] {
  const [head, ...rows] = tableOf(text)
  if (!head || rows.length === 0) throw refused('needs a line with the names of the columns, and at least one person below it')
  const names = head.cells.map((cell) => known.get(plain(cell.trim())) ?? cell.trim())
  const strange = names.filter((name) => !columnNames.includes(name))
  if (strange.length > 0) throw refused(`has columns that are not known: ${strange.slice(0, 5).map((name) => `“${name.slice(0, 40)}”`).join(', ')}`)
  const twice = names.find((name, at) => names.indexOf(name) !== at)
  if (twice) throw refused(`has the column ${twice} twice`)
  if (!names.includes('userName')) throw refused('has no column userName')
  const seen = new Map<string, number>()
  return rows.map(({ line, cells }) => rowOf(line, names, cells, seen))
}

const refused = (problem: string): AwsError => invalid(`1 validation error detected: Csv ${problem}`)

function tableOf(text: string) {
  try {
    return parseCsv(text, mostRows + 1)
  } catch (error) {
    throw error instanceof CsvFault ? refused(error.message) : error
  }
}

function rowOf(line: number, names: readonly string[], cells: readonly string[], seen: Map<string, number>): ImportRow {
  const faults: string[] = []
  if (cells.length > names.length) faults.push(`There are ${cells.length} cells for ${names.length} columns.`)
  const values = new Map(names.flatMap((name, at) => {
    // An apostrophe keeps a spreadsheet from running what comes behind it, and is no part of the value.
    const cell = (cells[at] ?? '').trim().replace(/^'(?=[=+\-@])/, '')
    if (cell !== '' && isFormula(cell) && !mayLookLikeFormulas.has(name)) faults.push(`${name} begins with “${cell[0]!}”: a spreadsheet would take it for a formula.`)
    return cell === '' ? [] : [[name, cell] as const]
  }))
  const userName = values.get('userName') ?? ''
  const before = seen.get(userName.toLowerCase())
  if (userName !== '' && before !== undefined) faults.push(`The same user name is on line ${before}.`)
  else seen.set(userName.toLowerCase(), line)
  const attributes = [...values].reduce((made, [name, cell]) => columns[name]?.(made, cell) ?? made, {} as JsonObject)
  return { line, userName, attributes, read: readAttributes(attributes, faults), ...readBesides(values, faults), faults }
}

function readAttributes(attributes: JsonObject, faults: string[]): Read<typeof userMembers> | undefined {
  try {
    return readMembers(userMembers, attributes)
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    // Of the address it is said below, by the name of its column.
    faults.push(...error.message.replace(/^\d+ validation errors? detected: /, '').split('; ').flatMap((problem) => (problem.startsWith('Emails[0].Value ') ? [] : [`${problem}.`])))
    return undefined
  }
}

function readBesides(values: ReadonlyMap<string, string>, faults: string[]): Pick<ImportRow, 'active' | 'passwordHash'> {
  const [email, passwordHash, given] = [values.get('email'), values.get('passwordHash'), values.get('active')?.toLowerCase()]
  if (email !== undefined && !isMailAddress(email)) faults.push('email is no address that mail can be sent to.')
  const fault = passwordHash === undefined ? undefined : importFault(passwordHash)
  if (fault) faults.push(`passwordHash ${hashFaults[fault]}.`)
  if (given !== undefined && !yes.has(given) && !no.has(given)) faults.push('active must be true or false.')
  return { active: given === undefined ? undefined : yes.has(given), passwordHash }
}
