// How every operation of the JSON services goes: its input is read, what it is about is found, the caller's policies are
// asked, and only then it runs; what it changed, or was not allowed to, goes into the trail.
import type { Context } from 'koa'
import { toldChange, type ToldChange, type Trail } from '../../../platform/audit/index.js'
import type { Caller } from './caller.js'
import { AwsError, translate, type Language } from './errors.js'
import { optional, otherwise, readMembers, text, whole, type Members, type Read } from './members.js'
import { readToken, tokenOf, type TokenPlace } from './next-token.js'
import { permit, recordAttempt, type ConditionValues, type Target } from './operation.js'
import type { Permissions } from './permissions.js'
import type { JsonObject } from './request.js'
import { spelledObject } from './spelling.js'

/** An operation that is ready to run. */
export interface JsonOperation<Who> {
  /** Nothing changes by it. */
  isReadOnly: boolean
  run(request: { input: JsonObject; caller: Who; ctx: Context }): Promise<JsonObject>
}

export type JsonOperations = Readonly<Record<string, JsonOperation<Caller>>>

/** What every service works with. */
export interface JsonRooms {
  permissions: Permissions
  trail: Trail
  /** The account from which the organization is administered. */
  managementAccount: () => Promise<string | undefined>
}

export interface Scope<Rooms> {
  caller: Caller
  accountId: string
  rooms: Rooms
  ctx: Context
}

/** A page as the domain gives it. */
export interface PageOf<Item> {
  items: readonly Item[]
  next?: string | undefined
}

export interface Call<Rooms, In, Found> extends Scope<Rooms> {
  input: In
  target: Found
  /** Where the page begins and how long it is, for operations that answer in pages. */
  page: { after: string | undefined; limit: number }
  /** Spells a page under a name, with the token of the next. */
  listed<Item>(name: string, page: PageOf<Item>, spell: (item: Item) => unknown): JsonObject
  was: Was
}

/** Tells the event what it was like and what it is like; undefined for what was not there, or is not any more. Only what differs is kept. */
export type Was = (before: JsonObject | undefined, after: JsonObject | undefined) => void

export interface Definition<Rooms, M extends Members, Found> {
  input: M
  /** Such as `sso:CreatePermissionSet`; made of the service and the operation's name unless told. */
  action?: string
  /** Nothing changes, so nothing is recorded. */
  readOnly?: boolean
  /** What it does is recorded where it is done; only what was refused is recorded here. */
  recordsItself?: boolean
  /** The most that a page has, for operations that answer in pages. */
  pages?: number
  /** True where callers of every account may ask. */
  anywhere?: boolean
  /** Everything, unless told. */
  target?: (input: Read<M>, scope: Scope<Rooms>) => Target<Found> | Promise<Target<Found>>
  /** Condition keys that come from the request. */
  context?: (input: Read<M>) => ConditionValues
  run(call: Call<Rooms, Read<M>, Found>): JsonObject | undefined | Promise<JsonObject | undefined>
}

/** An operation that still has to be told its name and the rooms that it works with. */
export type NamelessOperation<Rooms> = (name: string, rooms: Rooms) => JsonOperation<Caller>

export interface ServiceWords {
  /** The prefix of its actions, such as `sso`. */
  actions: string
  /** The source of its events, such as `sso.amazonaws.com`. */
  source: string
  language: Language
}

/** Makes the maker of a service's operations. */
export const operationsOf = <Rooms extends JsonRooms>(words: ServiceWords) =>
  <M extends Members, Found = undefined>(definition: Definition<Rooms, M, Found>): NamelessOperation<Rooms> => (name, rooms) => ({
    isReadOnly: definition.readOnly ?? false,
    run: async ({ input: raw, caller, ctx }) => {
      let told: ToldChange | undefined
      const was: Was = (before, after) => { told = toldChange(before, after) }
      const attempt = { name, source: words.source, caller, ctx, trail: rooms.trail, language: words.language, requestParameters: spelledObject(raw, Object.keys(definition.input)) }
      try {
        const answer = await runDefinition(definition, { action: definition.action ?? `${words.actions}:${name}`, name, raw, scope: { caller, accountId: caller.accountId, rooms, ctx }, was })
        if (!definition.readOnly && !definition.recordsItself) await recordAttempt(attempt, { more: { responseElements: spelledObject(answer), change: told && { before: told.before && spelledObject(told.before), after: told.after && spelledObject(told.after) } } })
        return answer
      } catch (error) {
        if (isTold(error, definition, words)) await recordAttempt(attempt, { error, readOnly: definition.readOnly ?? false })
        throw error
      }
    },
  })

/** Gives operations their names and rooms. */
export const namedOperations = <Rooms>(operations: Readonly<Record<string, NamelessOperation<Rooms>>>, rooms: Rooms): JsonOperations =>
  Object.fromEntries(Object.entries(operations).map(([name, make]) => [name, make(name, rooms)]))

/** Of what only reads, just denials are worth an event; while the store does not answer, there is nothing to write one into. */
function isTold(error: unknown, { readOnly = false }: { readOnly?: boolean }, { language }: ServiceWords): boolean {
  const { code, fault } = translate(error, language)
  return fault === 'Sender' && (!readOnly || code === 'AccessDeniedException')
}

interface Run<Rooms> {
  action: string
  name: string
  raw: JsonObject
  scope: Scope<Rooms>
  was: Was
}

async function runDefinition<Rooms extends JsonRooms, M extends Members, Found>(definition: Definition<Rooms, M, Found>, { action, name, raw, scope, was }: Run<Rooms>): Promise<JsonObject> {
  const { caller, accountId, rooms: { permissions, managementAccount }, ctx } = scope
  const input = readMembers(definition.input, raw)
  const { limit, token } = readPaging(definition.pages, raw)
  if (!definition.anywhere && accountId !== await managementAccount()) {
    throw new AwsError('AccessDenied', 403, `User: ${caller.arn} is not authorized to perform: ${action} on resource: * because it is not of the management account`)
  }
  const target: Target<Found> = await definition.target?.(input, scope) ?? { arn: '*', found: undefined }
  await permit(permissions, { caller, ctx, action, target, context: definition.context?.(input) })
  const place: TokenPlace = { operation: name, accountId, filters: input }
  const after = token === undefined ? undefined : readToken(place, token)
  const answer = await definition.run({
    ...scope, input, target: target.found as Found, page: { after, limit }, was,
    listed: (word, { items, next }, spell) => ({ [word]: items.map(spell), ...(next !== undefined && { NextToken: tokenOf(place, next) }) }),
  })
  return answer ?? {}
}

function readPaging(most: number | undefined, raw: JsonObject): { limit: number; token: string | undefined } {
  if (most === undefined) return { limit: 0, token: undefined }
  const { MaxResults, NextToken } = readMembers({ MaxResults: otherwise(most, whole(1, most)), NextToken: optional(text(1, 65_535, /^[-a-zA-Z0-9+=/_]*$/)) }, raw)
  return { limit: MaxResults, token: NextToken }
}
