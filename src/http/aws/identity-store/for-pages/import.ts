// Many people at once, from a table: what would become of each row, and then all that can be done in one transaction. It takes
// the same rights as doing it one by one, and leaves the same events.
import { setPasswords, userPrincipal } from '../../../../domain/authentication/index.js'
import { Users, type User } from '../../../../domain/directory/index.js'
import { toldChange } from '../../../../platform/audit/index.js'
import { newUuid } from '../../../../platform/ids.js'
import type { Executor } from '../../../../platform/storage/database.js'
import type { Call } from '../../protocol/json-operation.js'
import { oneOf, optional, text } from '../../protocol/members.js'
import { recordAttempt } from '../../protocol/operation.js'
import { spelledObject } from '../../protocol/spelling.js'
import { attributesAnswer } from '../answers.js'
import { identityStoreLanguage, uniquely } from '../language.js'
import { operation, type Operations } from '../operation.js'
import type { IdentityStoreRooms } from '../rooms.js'
import { toStore, userArn } from '../targets.js'
import { identityStoreId } from '../words.js'
import { planImport, type PlannedRow } from './import-plan.js'

/** In characters. */
export const longestImport = 2_000_000
const input = { IdentityStoreId: identityStoreId, Csv: text(1, longestImport), Existing: optional(oneOf('SKIP', 'UPDATE')) }
const target = (given: { IdentityStoreId: string }, scope: Parameters<typeof toStore>[1]) => toStore(given, scope)
/** Written in one statement. */
const mostAtOnce = 1000

interface Given {
  IdentityStoreId: string
  Csv: string
  Existing: 'SKIP' | 'UPDATE' | undefined
}
type Here = Call<IdentityStoreRooms, Given, { id: string }>

const wantedOf = ({ Csv, Existing = 'SKIP' }: Given) => ({ csv: Csv, existing: Existing })

export const importOperations: Operations = {
  PreviewImport: operation({
    input, target, readOnly: true, action: 'identitystore:CreateUser',
    run: async ({ input: given, rooms }) => ({
      Rows: (await planImport(wantedOf(given), rooms)).map(({ line, userName, outcome, faults, notes, changes }) => ({ Line: line, UserName: userName, Outcome: outcome, Faults: faults, Notes: notes, Changes: changes })),
    }),
  }),
  ImportUsers: operation({
    input, target, action: 'identitystore:CreateUser',
    run: async (call) => {
      const { input: given, rooms } = call
      const plan = await planImport(wantedOf(given), rooms)
      const created = plan.filter(({ outcome }) => outcome === 'CREATE').map((row) => ({ ...row, id: newUuid() }))
      const changed = plan.flatMap((row) => (row.outcome === 'UPDATE' && row.was ? [{ ...row, was: row.was, id: row.was.id }] : []))
      await checkRights(call, created, changed)
      await uniquely(rooms.database.transaction((tx) => write(tx, call, created, changed)))
      await recordEach(call, created, changed)
      const count = (...outcomes: string[]): number => plan.filter(({ outcome }) => outcomes.includes(outcome)).length
      return { Created: created.length, Updated: changed.length, Left: count('SKIP', 'SAME'), Faulty: count('FAULT') }
    },
  }),
}

type Created = PlannedRow & { id: string }
type Changed = PlannedRow & { id: string; was: User }

/** Changing somebody, and giving passwords, takes more than making people does. */
async function checkRights({ rooms, caller, ctx, input: { IdentityStoreId } }: Here, created: readonly Created[], changed: readonly Changed[]): Promise<void> {
  const store = `arn:aws:identitystore::${caller.accountId}:identitystore/${IdentityStoreId}`
  const hasPasswords = created.some(({ row }) => row.passwordHash !== undefined)
  await rooms.permissions.checkEach(caller, [
    ...(changed.length > 0 ? [store, ...changed.map(({ id }) => userArn(id))].map((resource) => ({ action: 'identitystore:UpdateUser', resource })) : []),
    ...(hasPasswords ? [{ action: 'sso-directory:UpdatePassword', resource: store }] : []),
  ], ctx)
}

async function write(tx: Executor, { rooms, caller }: Here, created: readonly Created[], changed: readonly Changed[]): Promise<void> {
  const users = new Users(tx)
  for (const some of chunks(created)) {
    await users.create(some.map(({ id, becomes }) => ({ ...becomes!, id, by: caller.arn })))
    const passwords = some.flatMap(({ id, row: { passwordHash } }) => (passwordHash === undefined ? [] : [{ principal: userPrincipal(id), hash: passwordHash, oneTime: false }]))
    if (passwords.length > 0) await setPasswords(tx, rooms.hashes, passwords)
  }
  for (const some of chunks(changed)) await users.update(some.map(({ id, becomes }) => ({ ...becomes!, id, by: caller.arn })))
  for (const { id, was, becomes } of changed) {
    const kept = new Set(becomes!.emails.map(({ value }) => value.toLowerCase()))
    for (const { value } of was.emails) if (!kept.has(value.toLowerCase())) await rooms.letters.voidMailedTo(tx, id, value)
  }
}

function* chunks<Item>(items: readonly Item[]): Generator<Item[]> {
  for (let at = 0; at < items.length; at += mostAtOnce) yield items.slice(at, at + mostAtOnce)
}

/** Whoever looks for how somebody came to be here finds it with them. */
async function recordEach({ rooms, caller, ctx, input: { IdentityStoreId } }: Here, created: readonly Created[], changed: readonly Changed[]): Promise<void> {
  const common = { source: 'identitystore.amazonaws.com', caller, ctx, trail: rooms.trail, language: identityStoreLanguage }
  const parametersOf = ({ row: { attributes } }: PlannedRow) => ({ identityStoreId: IdentityStoreId, ...spelledObject(attributes) })
  for (const some of chunks(created)) {
    await Promise.all(some.map((row) => recordAttempt({ ...common, name: 'CreateUser', requestParameters: parametersOf(row) },
      { more: { responseElements: { identityStoreId: IdentityStoreId, userId: row.id }, additionalEventData: { import: true } } })))
  }
  for (const some of chunks(changed)) {
    await Promise.all(some.map((row) => {
      const { before = {}, after = {} } = toldChange(attributesAnswer(row.was), attributesAnswer(row.becomes!))
      return recordAttempt({ ...common, name: 'UpdateUser', requestParameters: { userId: row.id, ...parametersOf(row) } }, { more: { additionalEventData: { import: true }, change: { before: spelledObject(before), after: spelledObject(after) } } })
    }))
  }
}
