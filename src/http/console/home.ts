// /console: who somebody is in this account, until when, what they may do here, and the other sessions of this browser.
import { mostConsoleSessions, type ConsoleSession } from '../../domain/sessions/index.js'
import { queryOf } from '../middleware/form.js'
import type { ConsoleOptions } from './options.js'
import type { ConsolePage } from './visit.js'

export const home = (options: ConsoleOptions): ConsolePage => async (visit) => {
  const { ctx, session, sessions, account, region, show } = visit
  // The region that an address names stays with the session.
  if (queryOf(ctx).region && region !== session.region) await options.sessions.update(visit.secret, { ...session, region })
  await show('console/home', {
    who: { arn: session.arn, userName: session.userName, sessionName: session.role?.sessionName },
    alias: account?.alias, region, destination: session.destination, most: mostConsoleSessions,
    sessions: sessions.map((one) => rowOf(one, session)),
  })
}

const rowOf = (one: ConsoleSession, current: ConsoleSession) => ({
  id: one.id, label: one.label, isRoot: one.kind === 'root', account: { id: one.accountId, name: one.accountName }, expiresAt: new Date(one.expiresAt).toISOString(), current: one.id === current.id,
})
