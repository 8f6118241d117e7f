// What somebody has open: listed kind by kind, ended one by one or all at once.
import type { OpenKind, OpenThing } from '../../../../domain/incidents/index.js'
import { oneOf, text } from '../../protocol/members.js'
import type { JsonObject } from '../../protocol/request.js'
import { directoryOperation, type Operations } from '../operation.js'
import { toUser } from '../targets.js'
import { ofUser } from './input.js'

const words: Readonly<Record<OpenKind, string>> = { portal: 'PORTAL', application: 'APPLICATION', 'command-line': 'COMMAND_LINE', console: 'CONSOLE', credentials: 'CREDENTIALS' }
const kinds = Object.keys(words) as OpenKind[]

/** Of credentials only so many are listed: whoever works at a command line is given new ones all day. */
const mostKeys = 100

export const sessionOperations: Operations = {
  ListSessions: directoryOperation({
    input: ofUser, readOnly: true, target: toUser,
    run: async ({ target: { id }, rooms }) => {
      const all = await rooms.personSessions.list(id)
      const credentials = all.filter(({ kind }) => kind === 'credentials')
      return { Sessions: [...all.filter(({ kind }) => kind !== 'credentials'), ...credentials.slice(0, mostKeys)].map(sessionAnswer), MoreCredentials: Math.max(0, credentials.length - mostKeys) }
    },
  }),
  /** Takes what ending all of them takes. */
  EndSession: directoryOperation({
    input: { ...ofUser, Kind: oneOf(...Object.values(words)), SessionId: text(1, 128) }, action: 'sso-directory:EndSessions', target: toUser,
    run: async ({ input: { Kind, SessionId }, target: { id }, rooms, caller, was }) => {
      const ended = await rooms.personSessions.end(id, { kind: kinds.find((kind) => words[kind] === Kind)!, id: SessionId }, caller.arn)
      was(sessionAnswer(ended), undefined)
      return undefined
    },
  }),
  EndSessions: directoryOperation({
    input: ofUser, target: toUser,
    run: async ({ target: { id }, caller, rooms }) => {
      await rooms.endEverything(id, caller.arn)
      await rooms.personSessions.endKeys(id, caller.arn)
      return {}
    },
  }),
}

const seconds = (milliseconds: number | undefined): number | undefined => milliseconds === undefined ? undefined : milliseconds / 1000

function sessionAnswer(one: OpenThing): JsonObject {
  const named = { Kind: words[one.kind], SessionId: one.id }
  if (one.kind === 'portal') {
    const { address, userAgent, startedAt, lastUsedAt, expiresAt, applications } = one
    return {
      ...named, SourceIPAddress: address, UserAgent: userAgent, StartedAt: seconds(startedAt), LastUsedAt: seconds(lastUsedAt ?? startedAt), ExpiresAt: seconds(expiresAt),
      Applications: applications.map(({ name, isTold }) => ({ Name: name, IsTold: isTold })),
    }
  }
  if ('clientId' in one) {
    const { name, clientId, since, until, refreshes, staysConnected, inUse, isTold } = one
    return { ...named, Name: name, ClientId: clientId.slice(0, 48), StartedAt: seconds(since), ExpiresAt: seconds(until), Refreshes: refreshes, StaysConnected: staysConnected, InUse: inUse, IsTold: isTold }
  }
  const { accountId, accountName, permissionSet, roleArn, sessionName, address, userAgent, issuedBy, issuedAt, expiresAt, madeWith } = one
  return {
    ...named, AccountId: accountId, AccountName: accountName, Role: permissionSet ?? roleArn?.split('/').at(-1), SessionName: sessionName, SourceIPAddress: address, UserAgent: userAgent, IssuedBy: issuedBy,
    StartedAt: seconds(issuedAt), ExpiresAt: seconds(expiresAt), MadeWith: madeWith,
  }
}
