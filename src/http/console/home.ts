// /console: who somebody is in this account, until when, and the other sessions of this browser.
import { mostConsoleSessions, type ConsoleSession } from '../../domain/sessions/index.js'
import type { ConsolePage } from './console.js'

export const home: ConsolePage = async ({ session, sessions, account, region, show }) => {
  const { role } = session
  await show('console/home', {
    who: { arn: session.arn, userName: session.userName, ...(role && { sessionName: role.sessionName }) },
    alias: account?.alias, region, destination: session.destination, most: mostConsoleSessions,
    sessions: sessions.map((one) => rowOf(one, session)),
  })
}

const rowOf = (one: ConsoleSession, current: ConsoleSession) => ({
  id: one.id, label: one.label, account: { id: one.accountId, name: one.accountName }, expiresAt: new Date(one.expiresAt).toISOString(), current: one.id === current.id,
})
