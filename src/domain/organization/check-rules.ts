// What parts of one entry say about each other, and what this release does not apply yet.
import { usesSecret } from '../access/index.js'
import { defaultPasswordPolicy } from '../authentication/index.js'
import type { Complain } from './check-names.js'
import { field, fold, has, listIn, textIn } from './raw.js'
import type { Snapshot } from './snapshot.js'

const notYet = 'is not supported by this release'

/** Complains of what the file may say one day and nobody would act upon today. */
export function checkSupported(raw: unknown, complain: Complain): void {
  listIn(raw, 'applications').forEach((application, index) => {
    if (field(application, 'saml') !== undefined) complain(['applications', index, 'saml'], notYet)
  })
}

const kinds = ['requireLowercase', 'requireUppercase', 'requireDigit', 'requireOther'] as const

/** Complains of a password policy that says one thing and another. */
export function checkPasswordPolicy(raw: unknown, complain: Complain): void {
  const declared = field(field(raw, 'settings'), 'passwordPolicy')
  const path = ['settings', 'passwordPolicy']
  const [minimum, maximum] = [field(declared, 'minimumLength'), field(declared, 'maximumLength') ?? defaultPasswordPolicy.maximumLength]
  if (typeof minimum === 'number' && typeof maximum === 'number' && minimum > maximum) complain([...path, 'minimumLength'], `is above maximumLength, which is ${maximum}`)
  if (field(declared, 'style') !== 'nist') return
  for (const kind of kinds) if (field(declared, kind) === true) complain([...path, kind], 'cannot be true where style is nist, which asks for length alone')
}

/** Complains unless exactly one account is the management account, and stays it. */
export function checkManagement(raw: unknown, known: Snapshot, complain: Complain): void {
  const existing = known.accounts.find((account) => account.management)?.id
  const declared = listIn(raw, 'accounts').flatMap((account, index) => (field(account, 'management') === true ? [{ index, id: textIn(account, 'id') }] : []))
  for (const { index } of declared.slice(1)) complain(['accounts', index, 'management'], `is true for accounts[${declared[0]?.index}] already: exactly one account is the management account`)
  const [first] = declared
  if (!first && !existing) complain(['accounts'], 'must have exactly one account with management: true')
  if (first && existing && first.id !== existing) complain(['accounts', first.index, 'management'], `cannot be true: ${existing} is the management account, for good`)
  listIn(raw, 'accounts').forEach((account, index) => {
    if (existing && textIn(account, 'id') === existing && field(account, 'management') === false) complain(['accounts', index, 'management'], 'cannot be false: this is the management account, for good')
  })
}

/** Complains of a rule that nobody could keep: a device asked for while none is allowed. */
export function checkSecondFactors(raw: unknown, known: Snapshot, complain: Complain): void {
  const declared = field(field(raw, 'organization'), 'mfa')
  const mode = textIn(declared, 'mode') ?? known.organization.mfa.mode
  const types = field(declared, 'types') ?? known.organization.mfa.types
  if (mode !== 'never' && Array.isArray(types) && types.length === 0) complain(['organization', 'mfa', field(declared, 'types') === undefined ? 'mode' : 'types'], 'must name at least one of totp, passkey, because second factors are asked for')
}

/** Complains of an organization without a name, or under another directory id than the one it has. */
export function checkOrganization(raw: unknown, known: Snapshot, complain: Complain): void {
  const organization = field(raw, 'organization')
  const existing = known.organization.directoryId
  const declared = textIn(organization, 'directoryId')
  if (!existing && field(organization, 'name') === undefined) complain(['organization', 'name'], 'is required')
  if (existing && declared && declared !== existing) complain(['organization', 'directoryId'], `cannot change: it is ${existing}, and people's settings name it`)
}

const proofs = ['password', 'passwordHash', 'oneTimePassword', 'invite'] as const

/** Complains of people with several first passwords, and of invitations without an address to mail them to. */
export function checkPeople(raw: unknown, known: Snapshot, complain: Complain): void {
  const reachable = new Set(known.users.filter(({ emails }) => emails.length > 0).map(({ userName }) => fold(userName)))
  listIn(raw, 'users').forEach((user, index) => {
    const hasAddress = field(user, 'emails') === undefined ? reachable.has(fold(textIn(user, 'userName') ?? '')) : listIn(user, 'emails').length > 0
    if (field(user, 'invite') === true && !hasAddress) complain(['users', index, 'invite'], 'needs an address in emails, which the invitation is mailed to')
    const given = proofs.filter((key) => has(user, key) && field(user, key) !== false)
    for (const key of given.slice(1)) complain(['users', index, key], `cannot stand beside ${given[0]}: give one of ${proofs.join(', ')}`)
  })
}

/** Complains of clients whose secret, keys or redirects do not fit how they say they work. */
export function checkClients(raw: unknown, known: Snapshot, complain: Complain): void {
  const existing = new Map(known.applications.map((application) => [fold(application.name), application]))
  listIn(raw, 'applications').forEach((application, index) => {
    const path = ['applications', index]
    const before = existing.get(fold(textIn(application, 'name') ?? ''))
    const client = field(application, 'oidc')
    if (client === undefined) {
      if (!before && !has(application, 'startUrl') && !has(application, 'saml') && !has(application, 'provider')) complain(path, 'must have oidc, or a startUrl to open')
      return
    }
    if (typeof client !== 'object' || client === null) return
    const isSecretDue = usesSecret({ token_endpoint_auth_method: textIn(client, 'token_endpoint_auth_method') }) && !has(client, 'client_secret') && !before?.hasSecret
    if (isSecretDue) complain([...path, 'oidc', 'client_secret'], 'is required, or token_endpoint_auth_method: none for a public client')
    checkClient(client, (at, message) => complain([...path, 'oidc', ...at], message))
  })
}

/** Complains of what the metadata of a client says about itself. */
export function checkClient(client: object, complain: Complain): void {
  const method = textIn(client, 'token_endpoint_auth_method')
  if (method === 'none' && has(client, 'client_secret')) complain(['client_secret'], 'cannot be given to a public client (token_endpoint_auth_method: none)')
  if (method === 'private_key_jwt' && !has(client, 'jwks')) complain(['jwks'], 'is required for private_key_jwt')
  const grants = field(client, 'grant_types') === undefined ? ['authorization_code'] : listIn(client, 'grant_types')
  if (grants.includes('authorization_code') && listIn(client, 'redirect_uris').length === 0) complain(['redirect_uris'], 'must have at least one address to return to')
  if (grants.includes('client_credentials') && method === 'none') complain(['grant_types'], 'cannot have client_credentials for a public client')
}
