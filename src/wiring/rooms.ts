// Builds what lies below the doors, over open stores: the collections, the rules and the platform's own things.
// The doors are built over these by the files beside this one, and mounted in src/app.ts.
import { join } from 'node:path'
import { ApplicationCache, Applications, Grants, KeyFetches, Marks, PermissionSets, Reach, Registrations, sessionTagsOf } from '../domain/access/index.js'
import {
  AccessKeys, AccountPasswordPolicies, AccountRequests, Accounts, Attachments, CredentialReports, CustomerPolicies, IamGroups, IamUsers, IdentityProviders, InlinePolicies, InstanceProfiles, KeyLookUp, KeyUses, PoliciesInForce, Roles, summaryOf, VirtualDevices,
} from '../domain/accounts/index.js'
import { AuthenticatorApps, Budgets, defaultPasswordPolicy, FactorTries, HashQueue, MailedCodes, NewPasswords, OwnDevices, PasswordChanges, PasskeyCeremonies, PasskeyChallenges, Passkeys, PasswordHashes, Passwords, policyOf, RecoveryCodes, Throttle, TrustedBrowsers } from '../domain/authentication/index.js'
import { consoleSubject, Credentials, Denials, OwnSessions, reservedRole, Revocations, RightsOfActors, RoleAssumption, RoleSessions, SamlRoles, SecondFactors, SigninTokens, subjectsOf, type Actor, type TokenContent } from '../domain/credentials/index.js'
import { DeletedUsers, Groups, Memberships, Users } from '../domain/directory/index.js'
import { CertificateWarnings, IdentitySources, KeyTurns, MetadataRefresh, SourceCertificates, sourceSealer, WaysOut } from '../domain/identity-sources/index.js'
import { IdTokens, IssuerKeys, LdapDirectory, OidcRelyingParty, ProvisioningTokens, SamlAssertions, SamlKeys, SamlKeyWarnings, SamlServiceProvider, TokenWarnings } from '../domain/federation/index.js'
import { VerifiedAddresses } from '../domain/recovery/index.js'
import { DueRequests, Requestable, RequestHistory, Requests } from '../domain/requests/index.js'
import { Attempts, ConsoleEntries, ConsoleSessions, LogoutNotices, SignedIn } from '../domain/sessions/index.js'
import { accentOf, brandingOf, OrganizationCache, Organizations } from '../domain/settings/index.js'
import { SetUp } from '../domain/set-up/index.js'
import { CheckpointKeys, Checkpoints, Keeping, Streams, Trail, Verifications } from '../platform/audit/index.js'
import { systemClock, type Clock } from '../platform/clock.js'
import type { Settings } from '../platform/config.js'
import { Sealer, SigningKeys } from '../platform/keys/index.js'
import { LeakedPasswords } from '../platform/leaked-passwords/index.js'
import type { Log } from '../platform/log.js'
import { folderPost, Mail, smtpPost } from '../platform/mail/index.js'
import { Outbound } from '../platform/outbound/index.js'
import type { Database } from '../platform/storage/database.js'
import type { EphemeralStore } from '../platform/storage/ephemeral.js'
import { openTemplates, type Templates } from '../platform/templates/index.js'
import { assigningRooms } from './assigning.js'

export interface AppOptions {
  settings: Settings
  database: Database
  store: EphemeralStore
  log: Log
  clock?: Clock
  /** A folder of templates to compile now; the built ones unless told. */
  views?: string | undefined
}

interface Ground extends Required<Omit<AppOptions, 'views'>> {
  organization: OrganizationCache
  templates: Templates
}

/** Everything below the doors, by name. */
export type Rooms = Awaited<ReturnType<typeof buildRooms>>

const revocationsEvery = 500

/** Builds them; nothing runs until `app.ts` starts it. */
export async function buildRooms({ views, clock = systemClock, ...options }: AppOptions) {
  const { database, store, settings: { config: { region } } } = options
  const organization = new OrganizationCache(new Organizations(database), clock)
  const ground: Ground = { ...options, clock, organization, templates: await openTemplates({ views }) }
  const people = directoryRooms(ground)
  const { proving, hashes } = authenticationRooms(ground)
  const iam = iamRooms(ground, proving)
  const temporary = await credentialRooms(ground, people)
  const mailing = mailRooms(ground)
  const outbound = new Outbound({ allowed: ground.settings.config.outboundNetworks })
  const samlKeys = new SamlKeys({ database, sealer: new Sealer(ground.settings.secrets.masterKey, 'saml keys'), clock })
  const identitySources = new IdentitySources(ground.database, sourceSealer(ground.settings.secrets.masterKey))
  return {
    ...ground, ...people, ...proving, hashes,
    ...temporary,
    audit: auditRooms(ground, temporary),
    ...mailing,
    ...requestRooms(ground, { ...temporary, ...mailing }),
    ...assigningRooms({ ...ground, ...temporary }),
    iam,
    outbound,
    identitySources,
    metadataRefresh: new MetadataRefresh({ database, sources: identitySources, outbound, trail: temporary.trail, clock, log: ground.log }),
    ldapDirectory: new LdapDirectory({ outbound, clock }),
    provisioningTokens: new ProvisioningTokens(ground.database, clock),
    tokenWarnings: new TokenWarnings({ database: ground.database, mail: mailing.mail, clock, log: ground.log }),
    waysOut: new WaysOut(ground.store),
    oidcRelyingParty: new OidcRelyingParty({ outbound, clock }),
    sourceCertificates: new SourceCertificates(ground.database, clock),
    certificateWarnings: new CertificateWarnings({ database: ground.database, mail: mailing.mail, clock, log: ground.log }),
    samlKeys,
    samlKeyWarnings: new SamlKeyWarnings({ database, mail: mailing.mail, clock, log: ground.log }),
    keyTurns: new KeyTurns({ sql: database, keys: samlKeys, clock }),
    samlServiceProvider: new SamlServiceProvider({
      keys: samlKeys, assertions: new SamlAssertions({ store: ground.store, clock }), clock,
    }),
    idTokens: new IdTokens({ keys: new IssuerKeys({ outbound, clock }), clock }),
    acting: actingRooms(ground, { ...people, ...proving, ...temporary, iam }),
    /** Whether people may open accounts by themselves. */
    accountCreation: async () => (await organization.get()).settings.accountCreation === true,
    /** Whether people change their own mail addresses. */
    emailChange: async () => ((await organization.get()).settings.profile as { emailChange?: boolean } | undefined)?.emailChange ?? true,
    keyFetches: new KeyFetches({ sql: database, clock, log: ground.log }),
    signingKeys: new SigningKeys({ database, sealer: new Sealer(ground.settings.secrets.masterKey, 'signing keys'), clock }),
    setUp: new SetUp({ database, store, hashes, clock, region }),
    attempts: new Attempts(store),
    signedIn: new SignedIn(store, clock),
    logoutNotices: new LogoutNotices(database, clock),
    entries: new ConsoleEntries(store),
    consoleSessions: new ConsoleSessions(store, clock),
    organizationName: async () => (await organization.get()).name,
    mfa: async () => (await organization.get()).mfa,
    startUrlAliases: async () => (await organization.get()).startUrlAliases,
  }
}

function directoryRooms({ settings: { secrets: { masterKey } }, database, clock }: Ground) {
  return {
    users: new Users(database),
    deletedUsers: new DeletedUsers(database, clock),
    groups: new Groups(database),
    memberships: new Memberships(database),
    accounts: new Accounts(database),
    accountRequests: new AccountRequests(database, clock),
    applications: new ApplicationCache(new Applications(database), clock),
    reach: new Reach(database, clock),
    grants: new Grants(database),
    permissionSets: new PermissionSets(database),
    marks: new Marks(database, clock),
    registrations: new Registrations(masterKey, clock),
    verifiedAddresses: new VerifiedAddresses(database, clock),
  }
}

function authenticationRooms({ settings: { config, secrets: { masterKey } }, database, store, clock, log, organization }: Ground) {
  const hashes = new PasswordHashes({ master: masterKey, queue: new HashQueue({ concurrency: config.hashConcurrency }), cost: config.bcryptCost })
  const passwords = new Passwords(database, hashes)
  const leaks = new LeakedPasswords({ source: config.leakedPasswords, log })
  const budgets = new Budgets(store, clock)
  const ownPasskeys = new Passkeys(database)
  const apps = new AuthenticatorApps({ database, sealer: new Sealer(masterKey, 'authenticator apps'), clock })
  const proving = {
    passwords, budgets, apps, leaks, ownPasskeys,
    passwordChanges: new PasswordChanges({ database, hashes }),
    newPasswords: new NewPasswords({
      passwords, leaks,
      policy: async () => policyOf((await organization.get()).settings.passwordPolicy as Parameters<typeof policyOf>[0]),
      contextWords: async () => ['gatehouse', ...(await organization.get()).name.split(/\s+/)],
    }),
    /** For the first administrator, before there is an organization with a policy of its own. */
    firstPasswords: new NewPasswords({ passwords, leaks, policy: async () => defaultPasswordPolicy, contextWords: async () => [] }),
    throttle: new Throttle(budgets),
    factorTries: new FactorTries(budgets),
    recoveryCodes: new RecoveryCodes({ database, key: masterKey.derive('recovery codes'), clock }),
    mailedCodes: new MailedCodes({ store, budgets, key: masterKey.derive('mailed codes') }),
    trustedBrowsers: new TrustedBrowsers(database, clock),
    passkeys: new PasskeyCeremonies({ passkeys: ownPasskeys, challenges: new PasskeyChallenges(store), publicUrl: config.publicUrl, organizationName: async () => (await organization.get()).name }),
    devices: new OwnDevices({ sql: database, keepers: { passkey: ownPasskeys, totp: apps } }),
  }
  return { hashes, proving }
}

/** What is inside of accounts. */
function iamRooms({ settings: { secrets: { masterKey } }, database, clock, log }: Ground, { passwords, leaks, apps, ownPasskeys }: ReturnType<typeof authenticationRooms>['proving']) {
  const sealer = new Sealer(masterKey, 'access keys')
  const keyLookUp = new KeyLookUp({ sql: database, sealer, clock })
  const passwordPolicies = new AccountPasswordPolicies(database)
  const accounts = new Accounts(database)
  return {
    accounts, keyLookUp, passwordPolicies,
    users: new IamUsers(database, clock),
    groups: new IamGroups(database, clock),
    roles: new Roles(database, clock),
    policies: new CustomerPolicies(database, clock),
    attachments: new Attachments(database),
    inline: new InlinePolicies(database),
    policiesInForce: new PoliciesInForce(database),
    keys: new AccessKeys({ store: database, sealer, clock, forget: (id) => keyLookUp.forget(id) }),
    instanceProfiles: new InstanceProfiles(database, clock),
    credentialReports: new CredentialReports({ sql: database, policies: passwordPolicies, clock }),
    keyUses: new KeyUses({ sql: database, clock, log }),
    providers: new IdentityProviders(database, clock),
    devices: new VirtualDevices({ store: database, apps, passkeys: ownPasskeys, clock }),
    /** Judges the passwords of an account's users by its own rules. */
    newPasswordsOf: (accountId: string) => new NewPasswords({
      passwords, leaks, policy: () => passwordPolicies.rulesFor(accountId), contextWords: async () => ['gatehouse', (await accounts.find(accountId))?.alias ?? ''].filter(Boolean),
    }),
    summaryOf: (accountId: string) => summaryOf(database, accountId),
  }
}

async function credentialRooms({ settings: { config: { region }, secrets: { masterKey: master } }, database, clock, log, organization }: Ground, { accounts, reach, users, grants }: ReturnType<typeof directoryRooms>) {
  const revocations = new Revocations({ store: database, clock, log, ...(database.kind === 'postgres' && { refreshEvery: revocationsEvery }) })
  const credentials = new Credentials({ master, clock, revocations })
  let managementAccount = (await accounts.findManagement())?.id
  const trail = new Trail({ sql: database, clock, region, ownerAccountId: () => managementAccount, directoryId: () => organization.latest?.id })
  const roleSessions = new RoleSessions({
    requireRole: (userId, accountId, name) => reach.requireRole(userId, accountId, name),
    recordSession: (session, expiresAt, now) => grants.recordSession(session, expiresAt, now),
    clock,
    directoryId: async () => (await organization.get()).id,
    tagsOf: async (userId) => {
      const { accessAttributes } = (await organization.get()).instance
      return accessAttributes ? sessionTagsOf(accessAttributes, await users.find(userId)) : {}
    },
    credentials, region, trail,
  })
  return {
    revocations, credentials, trail, roleSessions,
    /** Ends the console sessions of a principal, by its id, that began until then: those of its old password. */
    endConsoles: (id: string, until = clock()) => revocations.revoke({ ...consoleSubject(id), issuedBefore: until, by: 'a new password' }),
    /** Learns which account is the management account, once there is one: events are its. */
    learnManagementAccount: async () => { managementAccount ??= (await accounts.findManagement())?.id },
  }
}

/** What keeps the audit trail and sends it on. */
function auditRooms({ settings: { config, secrets }, database, clock, log }: Ground, { trail }: { trail: Trail }) {
  const checkpoints = new Checkpoints({ sql: database, keys: new CheckpointKeys({ sql: database, sealer: new Sealer(secrets.masterKey, 'audit keys'), clock }), clock })
  const verifications = new Verifications({ sql: database, checkpoints, clock })
  return {
    verifications,
    keeping: new Keeping({ database, checkpoints, verifications, trail, clock, log, retention: config.auditRetention }),
    streams: new Streams({
      targets: secrets.auditStreams, webhookSecret: secrets.auditWebhookSecret, sql: database, checkpoints, clock, log,
      host: config.publicUrl.hostname, outbound: new Outbound({ allowed: config.outboundNetworks, patience: 8000 }),
    }),
  }
}

type Below = ReturnType<typeof directoryRooms> & ReturnType<typeof authenticationRooms>['proving'] & Awaited<ReturnType<typeof credentialRooms>> & { iam: ReturnType<typeof iamRooms> }

/** What somebody may who acts in an account, and the sessions that they make of it. */
function actingRooms({ settings: { config: { region, publicUrl }, secrets: { masterKey } }, store, clock, organization }: Ground, { iam, permissionSets, credentials, revocations, apps, factorTries }: Below) {
  const findUser = (id: string) => iam.users.findById(id)
  const findRole = (id: string) => iam.roles.findById(id)
  const findPermissionSet = (id: string) => permissionSets.find(id)
  const reservedArnOf = async (accountId: string, permissionSet: { id: string; name: string }) =>
    reservedRole({ directoryId: (await organization.get()).id, accountId, permissionSet, region }).arn
  const rights = new RightsOfActors({ inForce: iam.policiesInForce, findUser, findRole, findPermissionSet, reservedArnOf, clock })
  const rightsOf = (actor: Actor) => rights.of(actor)
  const factors = new SecondFactors({ devices: iam.devices, apps, tries: factorTries, clock })
  const checkPolicies = (accountId: string, policies: readonly string[]) => iam.policiesInForce.checkSessionPolicies(accountId, policies)
  const roleAssumption = new RoleAssumption({ credentials, rightsOf, checkPolicies, findRole: (accountId, name) => iam.roles.find(accountId, name) })
  const findSamlProvider = async (arn: string) => {
    const provider = await iam.providers.find(arn)
    return provider?.kind === 'saml' ? provider : undefined
  }
  return {
    findUser, rightsOf, factors,
    denials: new Denials(masterKey),
    /** The ARN of the role of a session, where it is still there. */
    roleArnOf: async ({ principal }: TokenContent) => {
      if (principal.kind !== 'assumed-role') return undefined
      return principal.permissionSet ? reservedArnOf(principal.accountId, principal.permissionSet) : (await findRole(principal.roleId))?.arn
    },
    signinTokens: new SigninTokens({
      store, credentials, clock,
      longestOf: async ({ principal }) => {
        if (principal.kind !== 'assumed-role') return undefined
        return principal.permissionSet ? (await findPermissionSet(principal.permissionSet.id))?.sessionDuration : (await findRole(principal.roleId))?.maxSessionDuration
      },
      isInForce: (session) => revocations.check(subjectsOf(session), session.issuedAt) === 'in-force',
    }),
    ownSessions: new OwnSessions({ credentials, factors, rightsOf, checkPolicies }),
    roleAssumption,
    samlRoles: new SamlRoles({ findProvider: findSamlProvider, assertions: new SamlAssertions({ store, clock }), assumption: roleAssumption, clock, recipient: new URL('/saml', publicUrl).href }),
  }
}

function mailRooms({ settings: { config: { dataDir, publicUrl }, secrets: { masterKey: master, smtpUrl } }, database: sql, clock, log, organization, templates }: Ground) {
  const mailFolder = join(dataDir, 'mail')
  const sender = async () => {
    const { name, settings } = await organization.get()
    const { accent } = brandingOf({ settings })
    return { name, ...(accent && { colours: accentOf(accent) }), address: (settings.mail as { from?: string } | undefined)?.from ?? `no-reply@login.${publicUrl.hostname}` }
  }
  const mail = new Mail({ sql, master, clock, log, publicUrl, templates, sender, post: smtpUrl ? smtpPost(smtpUrl) : folderPost(mailFolder) })
  return { mail, mailFolder, sender }
}

/** Access on request. */
function requestRooms({ database, clock, log }: Ground, { trail, revocations, mail }: Pick<Below, 'trail' | 'revocations'> & ReturnType<typeof mailRooms>) {
  return {
    requests: new Requests({ database, trail, mail, clock, revocations }),
    requestable: new Requestable(database, clock),
    requestHistory: new RequestHistory(database, clock),
    dueRequests: new DueRequests({ database, trail, mail, clock, log }),
  }
}
