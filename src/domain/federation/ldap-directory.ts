// People of a directory that is asked by LDAP: whether a name and a password are somebody's there, and who is in it.
import { randomUUID } from 'node:crypto'
import type { Entry } from 'ldapts'
import type { Clock } from '../../platform/clock.js'
import type { Outbound } from '../../platform/outbound/index.js'
import type { LdapConnection } from './connections.js'
import type { ExternalIdentity, ExternalSteps } from './external-identity.js'
import { isNoPassword } from './ldap-binds.js'
import { binary, claimsOf, isActive, operational, subjectOf, valuesOf } from './ldap-entries.js'
import { comparedWith, filled, forAnybody } from './ldap-filters.js'
import { LdapGroupGraph } from './ldap-group-graph.js'
import { groupsOf } from './ldap-groups.js'
import { LdapSessions, type LdapSession } from './ldap-sessions.js'

export interface LdapDirectoryOptions {
  outbound: Pick<Outbound, 'connect'>
  clock: Clock
  /** Milliseconds for the whole of a sign-in. */
  patience?: number
}

/** What somebody typed, and the password to bind with for looking them up. */
export interface LdapCredentials {
  secret: string | undefined
  name: string
  password: string
}

/** Somebody who is in a directory. */
export interface LdapPerson {
  identity: ExternalIdentity
  /** False where the directory says that they may not sign in. */
  active: boolean
}

const usualPatience = 8000
const longest = { name: 1024, password: 4096 }

export class LdapDirectory {
  readonly #sessions: LdapSessions

  constructor(private readonly options: LdapDirectoryOptions) {
    this.#sessions = new LdapSessions(options)
  }

  /** Proves a name and a password; undefined where they are not somebody's. Throws `ExternalRefusal`. */
  async prove(connection: LdapConnection, { secret, name, password }: LdapCredentials, steps: ExternalSteps): Promise<ExternalIdentity | undefined> {
    if (name.trim() === '' || name.length > longest.name || isNoPassword(password) || password.length > longest.password) {
      steps.warned('password', 'A name or a password is missing, or cannot be one.', 'Type both.')
      return undefined
    }
    const { patience = usualPatience, clock } = this.options
    const until = performance.now() + patience
    const session = await this.#sessions.open({ connection, secret, steps, signal: AbortSignal.timeout(patience) })
    try {
      session.allow(until - performance.now())
      const entry = await this.#find(session, connection, { name, steps })
      const isTheirs = await isProved(session, { entry, baseDn: connection.baseDn, password, steps })
      if (!entry || !isTheirs) return undefined
      if (!isActive(entry, clock())) {
        steps.warned('person', 'The person may not sign in, says the directory.', 'Enable them there, or leave it as it is.')
        return undefined
      }
      return await this.#identity(session, connection, { entry, name, steps })
    } finally {
      session.close()
    }
  }

  /**
   * Lists everybody whom the filter finds with whatever name, page by page. Groups come from one search for all groups, not
   * from one for each person. Throws `ExternalRefusal`.
   */
  async* list(connection: LdapConnection, { secret }: { secret: string | undefined }, steps: ExternalSteps): AsyncGenerator<LdapPerson> {
    const session = await this.#sessions.open({ connection, secret, steps, signal: AbortSignal.timeout(this.options.patience ?? usualPatience) })
    try {
      const graph = connection.groups && await LdapGroupGraph.read(session, connection.groups, steps)
      const { baseDn: base, userFilter } = connection
      let without = 0
      for await (const page of session.pages({ base, filter: () => forAnybody(userFilter), attributes: attributesOf(connection), bytes: bytesOf(connection) }, true)) {
        for (const entry of page) {
          const subject = subjectOf(entry, connection.subject)
          if (subject === undefined) without += 1
          else yield { identity: identityOf(entry, subject, graph?.of(entry, nameOf(entry, connection) ?? '')), active: isActive(entry, this.options.clock()) }
        }
      }
      if (without > 0) steps.warned('subject', `${without} of those who were found have no ${connection.subject}, or more than one.`, 'Name an attribute that everybody has once, or let the filter leave them out.')
    } finally {
      session.close()
    }
  }

  async #find(session: LdapSession, connection: LdapConnection, { name, steps }: { name: string; steps: ExternalSteps }): Promise<Entry | undefined> {
    const { baseDn: base, userFilter } = connection
    if (!userFilter.includes('{name}')) {
      steps.fail({ name: 'search', reason: 'filter', says: 'The filter has no place for the name that somebody types.', advice: 'Write {name} into it, as in (uid={name}).' })
    }
    const [entry, other] = await session.findTwo({ base, filter: () => filled(userFilter, { name }), attributes: attributesOf(connection), bytes: bytesOf(connection) })
    if (other) {
      steps.fail({
        name: 'search', reason: 'ambiguous', says: 'The name that was typed is that of several entries.', advice: 'Let the filter find one attribute only, or narrow it or the base.', received: [entry!, other].map(({ dn }) => dn).join('\n'),
      })
    }
    if (entry) steps.passed('search', 'The person is found.', { sent: userFilter, received: entry.dn })
    else steps.warned('search', 'Nobody in the directory has that name.', 'Look whether the base and the filter find the person.')
    return entry
  }

  async #identity(session: LdapSession, connection: LdapConnection, { entry, name, steps }: { entry: Entry; name: string; steps: ExternalSteps }): Promise<ExternalIdentity> {
    const subject = subjectOf(entry, connection.subject)
    if (subject === undefined) {
      return steps.fail({ name: 'subject', reason: 'no-subject', says: `The entry has no ${connection.subject}, or more than one.`, advice: 'Name an attribute that everybody has once and for good: objectGUID at Active Directory, entryUUID elsewhere.', received: entry.dn })
    }
    if (!connection.groups) return identityOf(entry, subject)
    // Groups are looked up by whom Gatehouse is there: not everybody may see them.
    await session.bindBack()
    return identityOf(entry, subject, await groupsOf(session, connection.groups, { dn: entry.dn, name: nameOf(entry, connection) ?? name }, steps))
  }
}

/** Binds as the person; for a name that is nobody's as somebody who is not there, so that both take the same. */
async function isProved(session: LdapSession, { entry, baseDn, password, steps }: { entry: Entry | undefined; baseDn: string; password: string; steps: ExternalSteps }): Promise<boolean> {
  const dn = entry?.dn || `cn=${randomUUID()}${baseDn === '' ? '' : ','}${baseDn}`
  const { right, says, advice } = await session.prove(dn, password)
  if (!entry?.dn) return false
  if (right) steps.passed('password', 'The directory takes the password.')
  else steps.warned('password', says ?? 'The directory does not take the password.', advice ?? 'Type it again.')
  return right
}

const attributesOf = ({ subject }: LdapConnection): string[] => [...new Set(['*', ...operational, ...(subject.toLowerCase() === 'dn' ? [] : [subject])])]
const bytesOf = ({ subject }: LdapConnection): string[] => [...binary, ...(/guid/i.test(subject) ? [subject] : [])]

/** What the person is called in the attribute that names are compared with, whatever they typed. */
const nameOf = (entry: Entry, { userFilter }: LdapConnection): string | undefined => comparedWith(userFilter, 'name').map((attribute) => valuesOf(entry, attribute)[0]).find((value) => value !== undefined)

function identityOf(entry: Entry, subject: string, groups?: readonly string[]): ExternalIdentity {
  const claims = claimsOf(entry)
  if (groups) claims.set('groups', groups)
  return { subject, claims, authenticatedAt: undefined, amr: ['pwd'], acr: undefined, session: undefined }
}
