// The identity sources over the rooms below: how each kind is asked, and what becomes of whom one vouches for.
import { Administering, placesOfGroups } from '../domain/access/index.js'
import { userPrincipal } from '../domain/authentication/index.js'
import { writeRevocations } from '../domain/credentials/index.js'
import { Admission, DeletedSources, OidcWay, PasswordWay, SamlWay, SourceLogouts, SourceSyncs, SourceTests, Ways, type AdmissionOptions, type IdentitySource, type SamlPlace } from '../domain/identity-sources/index.js'
import { VerifiedAddresses } from '../domain/recovery/index.js'
import type { Oidc } from '../http/oidc/index.js'
import { leaveSources, type ExternalSignIn } from '../http/signin/index.js'
import type { Letters } from './letters.js'
import type { Rooms } from './rooms.js'

/** Where the messages of sources come. */
export const addressesOfSources = (publicUrl: URL) => {
  const at = (id: string, page = ''): string => new URL(`/signin/external/${id}${page}`, publicUrl).href
  return { answersTo: (id: string) => at(id, '/callback'), returnsTo: (id: string) => at(id, '/signed-out'), backChannelOf: (id: string) => at(id, '/back-channel-logout'), samlPlace: (id: string): SamlPlace => ({ entityId: at(id), acs: at(id, '/acs'), slo: at(id, '/slo') }) }
}

/** Our metadata for a source that speaks SAML. */
export const samlMetadataOf = ({ identitySources, samlServiceProvider, keyTurns, settings: { config: { publicUrl } } }: Rooms) => async (id: string): Promise<string | undefined> => {
  const source = await identitySources.find(id)
  if (source?.kind !== 'saml') return undefined
  const metadata = await samlServiceProvider.metadata(addressesOfSources(publicUrl).samlPlace(id), source.connection)
  await keyTurns.noteGiven(id)
  return metadata
}

/** Builds what signing in wants of them. */
export function externalSignIn(rooms: Rooms): ExternalSignIn {
  const { identitySources, waysOut, store, organization, database, clock } = rooms
  const list = async (): Promise<IdentitySource[]> => (await identitySources.list()).filter(({ enabled }) => enabled)
  const isForBrowsers = ({ kind }: IdentitySource): boolean => kind !== 'ldap'
  /** Whom this place proves itself; everybody while there is no source to come from. */
  const provedHere = async (): Promise<unknown> => {
    const { localSignIn = 'everybody' } = (await organization.get()).settings
    return localSignIn === 'everybody' || (await list()).length === 0 ? 'everybody' : localSignIn
  }
  const isRestricted = async (): Promise<boolean> => await provedHere() !== 'everybody'
  return {
    waysOut, store, list, way: new Ways(waysOf(rooms)), directories: passwordWayOf(rooms),
    admission: admissionOf(rooms),
    buttons: async (home) => (await list()).filter((source) => source.button && isForBrowsers(source)).map(({ id, name }) => ({ name, url: `${home}/external?source=${id}` })),
    findByDomain: async (domain) => (await list()).find((source) => isForBrowsers(source) && source.domains.includes(domain)),
    findOnly: async () => {
      const [only, ...others] = await isRestricted() ? await list() : []
      return only && others.length === 0 && only.button && isForBrowsers(only) ? only : undefined
    },
    isRestricted,
    mayProveHere: async (userId) => {
      const whom = await provedHere()
      return whom === 'everybody' || (whom === 'administrators' && new Administering(database, clock).isUser(userId))
    },
  }
}

/** How each kind is asked. */
function waysOf({ identitySources, trail, log, oidcRelyingParty, samlServiceProvider, sourceCertificates, settings: { config: { publicUrl } } }: Rooms) {
  const { answersTo, samlPlace } = addressesOfSources(publicUrl)
  return {
    oidc: new OidcWay({ party: oidcRelyingParty, sources: identitySources, answersTo }),
    saml: new SamlWay({
      provider: samlServiceProvider, certificates: sourceCertificates, placeOf: samlPlace,
      warn: ({ name }, warnings) => log.warn({ source: name, warnings: warnings.map(({ says, advice }) => ({ says, advice })) }, 'an identity source needs a look; the sign-in went on'),
      tookOver: ({ id, name }, fingerprint) => trail.record({ eventName: 'PromoteSourceCertificate', eventSource: 'gatehouse', eventType: 'AwsServiceEvent', userIdentity: { type: 'IdentitySource', principalId: id, userName: name }, requestParameters: { sourceId: id, fingerprint } }),
    }),
  }
}

/** Builds what tests them, over the same ways that sign people in. */
export function sourceTestsOf(rooms: Rooms): SourceTests {
  const { waysOut, store, users, clock } = rooms
  const { oidc, saml } = waysOf(rooms)
  const passwords = passwordWayOf(rooms)
  return new SourceTests({
    testers: { oidc: { shape: 'browser', way: oidc }, saml: { shape: 'browser', way: saml }, ldap: { shape: 'password', prove: (source, typed, steps) => passwords.prove(source, typed, steps) } }, admission: admissionOf(rooms), waysOut, store, clock, findUser: (id) => users.find(id),
  })
}

/** What ends sessions that came of sources, and tells sources of their end; the sessions are the provider's. */
export function logoutsOf({ identitySources, signedIn, oidcRelyingParty: party, samlServiceProvider: provider, sourceCertificates: certificates, database, store, trail, clock, log, settings: { config: { publicUrl } } }: Rooms, { sessions }: Pick<Oidc, 'sessions'>) {
  const { samlPlace: placeOf, returnsTo } = addressesOfSources(publicUrl)
  const logouts = new SourceLogouts({
    sessions: { listVouched: (of) => signedIn.listVouched(of), takeBack: (of) => signedIn.takeBack(of), end: (userId, uid) => sessions.end(userId, uid) }, party, provider, certificates, placeOf, returnsTo, store, trail, clock,
  })
  const findSource = (id: string): Promise<IdentitySource | undefined> => identitySources.find(id)
  return {
    logouts, findSource,
    deletedSources: new DeletedSources({ sql: database, logouts, log }),
    vouchers: { find: async (uid: string) => (await signedIn.find(uid))?.vouchedBy },
    leaveSource: leaveSources({ logouts, findSource, store }),
  }
}

export type Logouts = ReturnType<typeof logoutsOf>

/** What of sources goes on beside signing in. */
export type Background = Pick<Logouts, 'deletedSources'> & { sourceSyncs: SourceSyncs }

/** Builds what brings people in line with directories. */
export function sourceSyncsOf(rooms: Rooms, { endEverythingOf }: Pick<Letters, 'endEverythingOf'>): SourceSyncs {
  const { database, trail, clock, log, ldapDirectory, identitySources, revocations } = rooms
  return new SourceSyncs({
    ...admissionRules(rooms), database, trail, log, directory: ldapDirectory, sources: identitySources, endEverything: endEverythingOf,
    disabling: async (tx, userIds) => {
      const revoked = userIds.map((subject) => ({ kind: 'user' as const, subject, issuedBefore: clock(), by: 'an identity source' }))
      await writeRevocations(tx, revoked)
      tx.onCommit?.(() => revocations.learn(revoked))
    },
  })
}

/** Builds the way of passwords that directories keep. */
export const passwordWayOf = ({ identitySources, database, ldapDirectory }: Rooms): PasswordWay => new PasswordWay({ directory: ldapDirectory, sources: identitySources, sql: database })

const admissionOf = (rooms: Rooms): Admission => new Admission(admissionRules(rooms))

function admissionRules({ database, trail, clock, endIssued }: Rooms): AdmissionOptions {
  return {
    database, trail, clock,
    isAdministrator: (tx, userId) => new Administering(tx, clock).isUser(userId),
    isAdministering: (tx, groupId) => new Administering(tx, clock).isGroup(groupId),
    isProved: (tx, userId, address) => new VerifiedAddresses(tx, clock).has(userPrincipal(userId), address),
    prove: async (tx, userId, address) => void (await new VerifiedAddresses(tx, clock).add(userPrincipal(userId), address)),
    leaving: async (tx, groupIds, userId, leave) => {
      const places = await placesOfGroups(tx, groupIds)
      await leave()
      await endIssued(tx, places, 'an identity source', userId)
    },
  }
}

