// The operations on our own signing keys: what there is, and the change from one to the next.
import { applicationArn, type InstancePlace, type KeyCaller, type KeyFetches, type KeyParty, type KeyPartyState } from '../../../domain/access/index.js'
import type { KeyTurns } from '../../../domain/identity-sources/index.js'
import type { SamlKeyPurpose, SamlKeyRecord, SamlKeys } from '../../../domain/federation/index.js'
import { keySetLifetime, type SigningAlgorithm, type SigningKey, type SigningKeys, type StagedKey } from '../../../platform/keys/index.js'
import { json11Language } from '../protocol/errors.js'
import { operationsOf, type JsonRooms, type NamelessOperation } from '../protocol/json-operation.js'
import { flag, oneOf, otherwise, text } from '../protocol/members.js'
import type { JsonObject } from '../protocol/request.js'

export interface SigningKeyRooms extends JsonRooms {
  signingKeys: Pick<SigningKeys, 'list' | 'readyAt' | 'retire' | 'signWithNext'>
  samlKeys: Pick<SamlKeys, 'list' | 'retire'>
  keyTurns: Pick<KeyTurns, 'rotate' | 'waiting'>
  keyFetches: Pick<KeyFetches, 'parties'>
  organization: () => Promise<{ id: string }>
}

const operation = operationsOf<SigningKeyRooms>({ actions: 'gatehouse', source: 'gatehouse', language: json11Language })

const algorithms = ['ES256', 'RS256'] as const
const purposes: Readonly<Record<'SAML_SIGNING' | 'SAML_ENCRYPTION', SamlKeyPurpose>> = { SAML_SIGNING: 'signing', SAML_ENCRYPTION: 'encryption' }
const sets = [...algorithms, 'SAML_SIGNING', 'SAML_ENCRYPTION'] as const
type KeySet = (typeof sets)[number]

const stateNames: Readonly<Record<KeyPartyState, string>> = { fetched: 'Fetched', 'not-seen': 'NotSeen', 'on-devices': 'OnDevices', 'not-called': 'NotCalled' }

const seconds = (date: Date | undefined): number | undefined => date && date.getTime() / 1000

const staged = ({ id: KeyId, state, createdAt, stateSince, firstUsedAt, lastUsedAt }: StagedKey): JsonObject => ({
  KeyId, State: state, CreatedAt: seconds(createdAt), Since: seconds(stateSince), FirstUsedAt: seconds(firstUsedAt), LastUsedAt: seconds(lastUsedAt),
})

const certified = ({ subject: Subject, fingerprint: Fingerprint, notBefore, notAfter, ...key }: SamlKeyRecord): JsonObject => ({ ...staged(key), Fingerprint, Subject, NotBefore: seconds(notBefore), NotAfter: seconds(notAfter) })

async function openIdSet(algorithm: SigningAlgorithm, keys: readonly SigningKey[], { rooms: { signingKeys, keyFetches }, place }: { rooms: SigningKeyRooms; place: InstancePlace }): Promise<JsonObject> {
  const own = keys.filter((key) => key.algorithm === algorithm)
  const next = own.find(({ state }) => state === 'next')
  const found = next && await keyFetches.parties(algorithm, next.kid)
  return {
    Set: algorithm, Algorithm: algorithm, Keys: own.map(staged), ReadyAt: seconds(next && signingKeys.readyAt(next)), KeptFor: keySetLifetime,
    RelyingParties: found?.parties.map((one) => party(one, place)), RelyingPartyCounts: found && Object.fromEntries(Object.entries(stateNames).map(([state, name]) => [name, found.counts[state as KeyPartyState]])),
  }
}

const party = ({ applicationId, name: Name, state, callers, callerCount: CallerCount }: KeyParty, place: InstancePlace): JsonObject =>
  ({ ApplicationArn: applicationArn(place, applicationId), Name, State: stateNames[state], Callers: callers.map(caller), CallerCount })

const caller = ({ address: Address, userAgent: UserAgent, calledAt, fetchedAt, hasKey: HasKey }: KeyCaller): JsonObject => ({ Address, UserAgent, CalledAt: seconds(calledAt), FetchedAt: seconds(fetchedAt), HasKey })

async function samlSet(set: keyof typeof purposes, keys: readonly SamlKeyRecord[], { keyTurns }: SigningKeyRooms): Promise<JsonObject> {
  const own = keys.filter(({ purpose }) => purpose === purposes[set])
  const next = own.find(({ state }) => state === 'next')
  const waiting = next ? await keyTurns.waiting(next.createdAt) : []
  return { Set: set, Algorithm: 'RSA 3072', Keys: own.map(certified), Waiting: waiting.map(({ sourceId, name, givenAt }) => ({ SourceId: sourceId, Name: name, FetchedAt: seconds(givenAt) })) }
}

const rotated = async (set: KeySet, { signingKeys, keyTurns }: SigningKeyRooms, how: { anyway: boolean }): Promise<{ before: string; after: string }> =>
  (set === 'SAML_SIGNING' || set === 'SAML_ENCRYPTION' ? keyTurns.rotate(purposes[set], how) : signingKeys.signWithNext(set, how))

export const signingKeyOperations: Readonly<Record<string, NamelessOperation<SigningKeyRooms>>> = {
  ListSigningKeys: operation({
    input: {}, readOnly: true,
    run: async ({ rooms, accountId }) => {
      const [keys, samlKeys, { id: directoryId }] = await Promise.all([rooms.signingKeys.list(), rooms.samlKeys.list(), rooms.organization()])
      return { Sets: await Promise.all([...algorithms.map((algorithm) => openIdSet(algorithm, keys, { rooms, place: { directoryId, accountId } })), samlSet('SAML_SIGNING', samlKeys, rooms), samlSet('SAML_ENCRYPTION', samlKeys, rooms)]) }
    },
  }),
  RotateSigningKey: operation({
    input: { Set: oneOf(...sets), Anyway: otherwise(false, flag) }, action: 'gatehouse:RotateSigningKeys',
    run: async ({ input: { Set, Anyway }, rooms, was }) => {
      const { before, after } = await rotated(Set, rooms, { anyway: Anyway })
      was({ current: before }, { current: after })
      return {}
    },
  }),
  RetireSigningKey: operation({
    input: { Set: oneOf(...sets), KeyId: text(1, 100, /^[\w-]+$/) }, action: 'gatehouse:RotateSigningKeys',
    run: async ({ input: { Set, KeyId }, rooms, was }) => {
      await (Set in purposes ? rooms.samlKeys : rooms.signingKeys).retire(KeyId)
      was({ previous: KeyId }, undefined)
      return {}
    },
  }),
}
