// What an import would do: each row against who is there already, before anything is written.
import type { NewUser, User } from '../../../../domain/directory/index.js'
import { AwsError } from '../../protocol/errors.js'
import { readMembers } from '../../protocol/members.js'
import type { JsonObject } from '../../protocol/request.js'
import { attributesAnswer } from '../answers.js'
import { extensionName, userMembers, userOf } from '../attributes.js'
import type { IdentityStoreRooms } from '../rooms.js'
import { readImport, type ImportRow } from './import-rows.js'

export type Outcome = 'CREATE' | 'UPDATE' | 'SAME' | 'SKIP' | 'FAULT'

export interface PlannedRow {
  line: number
  userName: string
  outcome: Outcome
  faults: string[]
  /** What is put aside although the row counts. */
  notes: string[]
  /** The names of attributes that change. */
  changes: string[]
  row: ImportRow
  was?: User
  becomes?: NewUser
}

interface Wanted {
  csv: string
  /** What becomes of those who are there already. */
  existing: 'SKIP' | 'UPDATE'
}

/** Says of every row what becomes of it. */
export async function planImport({ csv, existing }: Wanted, { users, deletedUsers }: Pick<IdentityStoreRooms, 'users' | 'deletedUsers'>): Promise<PlannedRow[]> {
  const rows = readImport(csv)
  const names = rows.map(({ userName }) => userName.toLowerCase())
  const there = new Map((await users.listByUserNames(names)).map((user) => [user.userName.toLowerCase(), user]))
  const gone = new Set((await deletedUsers.listUserNames(names)).map((name) => name.toLowerCase()))
  return rows.map((row) => {
    const name = row.userName.toLowerCase()
    const faults = gone.has(name) ? [...row.faults, 'The user name belongs to somebody who was deleted and may still come back.'] : row.faults
    const common = { line: row.line, userName: row.userName, row, faults, notes: [], changes: [] }
    const was = there.get(name)
    if (faults.length > 0 || !row.read) return { ...common, outcome: 'FAULT' }
    if (!was) return { ...common, outcome: 'CREATE', becomes: { ...userOf(row.read), active: row.active ?? true } }
    return existing === 'SKIP' ? { ...common, outcome: 'SKIP', was } : { ...common, ...updated(row, was) }
  })
}

function updated(row: ImportRow, was: User): Partial<PlannedRow> & Pick<PlannedRow, 'outcome'> {
  const before = attributesAnswer(was)
  const after = merged(before, { ...row.attributes, UserName: was.userName })
  const changes = Object.keys(after).filter((name) => JSON.stringify(after[name]) !== JSON.stringify(before[name]))
  const notes = [
    ...(row.passwordHash === undefined ? [] : ['passwordHash counts for new people only.']),
    ...(row.active === undefined || row.active === was.active ? [] : ['active counts for new people only.']),
  ]
  if (changes.length === 0) return { outcome: 'SAME', was, notes }
  try {
    return { outcome: 'UPDATE', was, notes, changes, becomes: userOf(readMembers(userMembers, after), was) }
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    return { outcome: 'FAULT', faults: [error.message] }
  }
}

/** Puts what a row says over what is there: names part by part, the main address and number in their place. */
function merged(before: JsonObject, given: JsonObject): JsonObject {
  const names = Object.entries(given).map(([name, value]) => {
    const old = before[name]
    if (name === 'Name') return [name, { ...old as JsonObject | undefined, ...value as JsonObject }]
    if (name === 'Extensions') return [name, { [extensionName]: { ...(old as Record<string, JsonObject> | undefined)?.[extensionName], ...(value as Record<string, JsonObject>)[extensionName] } }]
    return [name, Array.isArray(value) ? withMain(old as JsonObject[] | undefined, value[0] as JsonObject) : value]
  })
  return { ...before, ...Object.fromEntries(names) as JsonObject }
}

function withMain(old: readonly JsonObject[] = [], main: JsonObject): JsonObject[] {
  const at = Math.max(0, old.findIndex(({ Primary }) => Primary === true))
  if (old.length === 0) return [main]
  return old.map((one, place) => (place === at ? { ...one, Value: main.Value } : one))
}
