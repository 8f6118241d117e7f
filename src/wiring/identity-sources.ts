// The identity sources over the rooms below: how each kind is asked, and what becomes of whom one vouches for.
import { Administering, placesOfGroups } from '../domain/access/index.js'
import { userPrincipal } from '../domain/authentication/index.js'
import { OidcRelyingParty } from '../domain/federation/index.js'
import { Admission, OidcWay, SamlWay, Ways, type IdentitySource, type SamlPlace } from '../domain/identity-sources/index.js'
import { VerifiedAddresses } from '../domain/recovery/index.js'
import type { ExternalSignIn } from '../http/signin/index.js'
import type { Rooms } from './rooms.js'

/** Where the messages of sources come. */
export const addressesOfSources = (publicUrl: URL) => {
  const at = (id: string, page = ''): string => new URL(`/signin/external/${id}${page}`, publicUrl).href
  return { answersTo: (id: string) => at(id, '/callback'), samlPlace: (id: string): SamlPlace => ({ entityId: at(id), acs: at(id, '/acs'), slo: at(id, '/slo') }) }
}

/** Our metadata for a source that speaks SAML. */
export const samlMetadataOf = ({ identitySources, samlServiceProvider, settings: { config: { publicUrl } } }: Rooms) => async (id: string): Promise<string | undefined> => {
  const source = await identitySources.find(id)
  return source?.kind === 'saml' ? samlServiceProvider.metadata(addressesOfSources(publicUrl).samlPlace(id), source.connection) : undefined
}

/** Builds what signing in wants of them. */
export function externalSignIn(rooms: Rooms): ExternalSignIn {
  const { identitySources, store, organization, database, clock, outbound, trail, samlServiceProvider, sourceCertificates, settings: { config: { publicUrl } } } = rooms
  const { answersTo, samlPlace } = addressesOfSources(publicUrl)
  const list = async (): Promise<IdentitySource[]> => (await identitySources.list()).filter(({ enabled }) => enabled)
  const isForBrowsers = ({ kind }: IdentitySource): boolean => kind !== 'ldap'
  const onlyAdministrators = async (): Promise<boolean> => (await organization.get()).settings.localSignIn === 'administrators' && (await list()).length > 0
  return {
    store, list,
    way: new Ways({
      oidc: new OidcWay({ party: new OidcRelyingParty({ outbound, clock }), sources: identitySources, answersTo }),
      saml: new SamlWay({
        provider: samlServiceProvider, certificates: sourceCertificates, placeOf: samlPlace,
        tookOver: ({ id, name }, fingerprint) => trail.record({ eventName: 'PromoteSourceCertificate', eventSource: 'gatehouse', eventType: 'AwsServiceEvent', userIdentity: { type: 'IdentitySource', principalId: id, userName: name }, requestParameters: { sourceId: id, fingerprint } }),
      }),
    }),
    admission: admissionOf(rooms),
    buttons: async (home) => (await list()).filter((source) => source.button && isForBrowsers(source)).map(({ id, name }) => ({ name, url: `${home}/external?source=${id}` })),
    findByDomain: async (domain) => (await list()).find((source) => isForBrowsers(source) && source.domains.includes(domain)),
    findOnly: async () => {
      const [only, ...others] = await onlyAdministrators() ? await list() : []
      return only && others.length === 0 && only.button && isForBrowsers(only) ? only : undefined
    },
    isForAdministrators: onlyAdministrators,
    mayProveHere: async (userId) => !await onlyAdministrators() || new Administering(database, clock).isUser(userId),
  }
}

function admissionOf({ database, trail, clock, endIssued }: Rooms): Admission {
  return new Admission({
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
  })
}
