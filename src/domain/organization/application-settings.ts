// What an application is beside a client: whether it may be used, what it may exchange for tokens, its tags; what the file
// says of it, and its way into and out of the database. Trusted token issuers have names in the file, and ARNs in the database.
import { z } from 'zod'
import { idOfArn, mostInstanceTags, trustedTokenIssuerArn, type ApplicationSettings, type InstancePlace } from '../access/index.js'
import { parsePolicy } from '../policy/index.js'
import type { Complain } from './check-names.js'
import { distinct, policyDocument, tags } from './fields.js'
import { redirectUri } from './addresses.js'
import { field, fold, listIn, textIn } from './raw.js'
import type { Outside } from './secrets.js'

interface Exchange {
  issuer: string
  audiences: string[]
}

/** What differs from an application that is made of nothing else. */
export interface ApplicationSettingsState {
  provider?: string
  enabled?: boolean
  visible?: boolean
  assignmentRequired?: boolean
  backgroundSessions?: boolean
  signInOrigin?: 'IDENTITY_CENTER' | 'APPLICATION'
  accessScopes?: Readonly<Record<string, readonly string[]>>
  authenticationMethods?: { iam?: { actorPolicy: unknown } }
  grants?: { authorizationCode?: { redirectUris: string[] }; refreshToken?: boolean; jwtBearer?: Exchange[]; tokenExchange?: boolean }
  tags?: Readonly<Record<string, string>>
}

const usual = { provider: 'custom', enabled: true, visible: true, assignmentRequired: true, backgroundSessions: false } as const

const scopeName = z.string().regex(/^[A-Za-z0-9_]{1,50}(:[A-Za-z0-9_]{1,50}){0,2}$/, 'must be up to three words with colons between them')
const targetArn = z.string().max(100, 'must be at most 100 characters').regex(/^[^:]+:[^:]+:[^:]*:[^:]*:[^:]*:.+$/, 'must be an ARN')
const actorPolicy = policyDocument.superRefine((document, ctx) => {
  for (const { path, problem, mend } of parsePolicy(document, 'resource').faults ?? []) ctx.addIssue({ code: 'custom', message: `${path ? `${path}: ` : ''}${problem} ${mend}` })
})
const issuerName = z.string().regex(/^[\w+=,.@-]{1,255}$/, 'may only have letters, digits and + = , . @ - _')
const choice = <const T extends readonly string[]>(values: T) => z.enum(values, { error: `must be one of ${values.join(', ')}` })

/** The schema of these members. */
export const applicationSettings = (outside: Outside) => ({
  provider: choice(['custom', 'custom-saml']).optional(),
  enabled: z.boolean().optional(),
  visible: z.boolean().optional(),
  assignmentRequired: z.boolean().optional(),
  backgroundSessions: z.boolean().optional(),
  signInOrigin: choice(['IDENTITY_CENTER', 'APPLICATION']).nullable().optional(),
  accessScopes: z.record(scopeName, distinct(targetArn, 10)).optional(),
  authenticationMethods: z.strictObject({ iam: z.strictObject({ actorPolicy }).optional() }).optional(),
  grants: z.strictObject({
    authorizationCode: z.strictObject({ redirectUris: distinct(redirectUri(outside), 10).min(1, 'must have at least one') }).optional(),
    refreshToken: z.boolean().optional(),
    jwtBearer: z.array(z.strictObject({ issuer: issuerName, audiences: distinct(z.string().min(1, 'must not be empty').max(512, 'must be at most 512 characters'), 10).min(1, 'must have at least one') })).min(1, 'must have at least one').max(10, 'must have at most 10').optional(),
    tokenExchange: z.boolean().optional(),
  }).optional(),
  tags: tags(mostInstanceTags).optional(),
})

export type DeclaredSettings = z.output<z.ZodObject<ReturnType<typeof applicationSettings>>>

const some = <T extends object>(value: T | undefined): T | undefined => (value && Object.keys(value).length > 0 ? value : undefined)

/** Leaves out what is usual, empty or not there. */
const unusual = (state: ApplicationSettingsState): ApplicationSettingsState =>
  Object.fromEntries(Object.entries(state).filter(([key, value]) => value !== undefined && value !== usual[key as keyof typeof usual]))

const on = (value: boolean | undefined): true | undefined => (value ? true : undefined)

/** Lays what is declared over what there is; a map or a list that is named is the whole of it. */
export function mergeSettingsOf(declared: DeclaredSettings, present: ApplicationSettingsState = {}): ApplicationSettingsState {
  const { signInOrigin } = declared
  // A name in another case is the same name.
  const known = new Map(issuersIn(present).map((issuer) => [fold(issuer), issuer]))
  const grants = declared.grants && { ...declared.grants, jwtBearer: declared.grants.jwtBearer?.map(({ issuer, audiences }) => ({ issuer: known.get(fold(issuer)) ?? issuer, audiences })) }
  return unusual({
    provider: declared.provider ?? present.provider, enabled: declared.enabled ?? present.enabled, visible: declared.visible ?? present.visible, assignmentRequired: declared.assignmentRequired ?? present.assignmentRequired,
    backgroundSessions: declared.backgroundSessions ?? present.backgroundSessions, signInOrigin: signInOrigin === undefined ? present.signInOrigin : signInOrigin ?? undefined,
    accessScopes: some(declared.accessScopes ?? present.accessScopes), authenticationMethods: some(declared.authenticationMethods ?? present.authenticationMethods) as ApplicationSettingsState['authenticationMethods'],
    grants: grants ? some(plain({ ...grants, refreshToken: on(grants.refreshToken), tokenExchange: on(grants.tokenExchange) })) as ApplicationSettingsState['grants'] : present.grants, tags: some(declared.tags ?? present.tags),
  })
}

const plain = <T extends object>(value: T): T => Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as T

const jwtBearer = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
const tokenExchange = 'urn:ietf:params:oauth:grant-type:token-exchange'

interface StoredExchange {
  TrustedTokenIssuerArn: string
  AuthorizedAudiences: string[]
}

/** Reads them as the database has them; `nameOf` knows trusted token issuers by their ids. */
export function settingsState(settings: ApplicationSettings, nameOf: (issuerId: string) => string | undefined): ApplicationSettingsState {
  const { provider, enabled, visible, assignmentRequired, backgroundSessions, signInOrigin, accessScopes, authenticationMethods, grants, tags: given } = settings
  const code = grants.authorization_code as { AuthorizationCode?: { RedirectUris: string[] } } | undefined
  const exchanges = ((grants[jwtBearer] as { JwtBearer?: { AuthorizedTokenIssuers: StoredExchange[] } } | undefined)?.JwtBearer?.AuthorizedTokenIssuers ?? [])
    .flatMap(({ TrustedTokenIssuerArn, AuthorizedAudiences }) => { const issuer = nameOf(idOfArn(TrustedTokenIssuerArn)); return issuer === undefined ? [] : [{ issuer, audiences: AuthorizedAudiences }] })
  const iam = (authenticationMethods.IAM as { Iam?: { ActorPolicy: unknown } } | undefined)?.Iam
  return unusual({
    provider, enabled, visible, assignmentRequired, backgroundSessions, ...(signInOrigin && { signInOrigin }), accessScopes: some(accessScopes), ...(iam && { authenticationMethods: { iam: { actorPolicy: iam.ActorPolicy } } }),
    grants: some(plain({
      authorizationCode: code?.AuthorizationCode && { redirectUris: code.AuthorizationCode.RedirectUris }, refreshToken: on('refresh_token' in grants), jwtBearer: exchanges.length > 0 ? exchanges : undefined, tokenExchange: on(tokenExchange in grants),
    })) as ApplicationSettingsState['grants'],
    tags: some(given),
  })
}

/** Spells them for the database. */
export function storedSettings(state: ApplicationSettingsState, place: InstancePlace, issuerId: (name: string) => string): ApplicationSettings {
  const { grants = {}, authenticationMethods: { iam } = {} } = state
  return {
    provider: state.provider ?? usual.provider, enabled: state.enabled ?? usual.enabled, visible: state.visible ?? usual.visible, assignmentRequired: state.assignmentRequired ?? usual.assignmentRequired,
    backgroundSessions: state.backgroundSessions ?? usual.backgroundSessions, signInOrigin: state.signInOrigin, accessScopes: state.accessScopes ?? {}, tags: state.tags ?? {},
    authenticationMethods: iam ? { IAM: { Iam: { ActorPolicy: iam.actorPolicy } } } : {},
    grants: {
      ...(grants.authorizationCode && { authorization_code: { AuthorizationCode: { RedirectUris: grants.authorizationCode.redirectUris } } }), ...(grants.refreshToken && { refresh_token: { RefreshToken: {} } }),
      ...(grants.jwtBearer && { [jwtBearer]: { JwtBearer: { AuthorizedTokenIssuers: grants.jwtBearer.map(({ issuer, audiences }) => ({ TrustedTokenIssuerArn: trustedTokenIssuerArn(place, issuerId(issuer)), AuthorizedAudiences: audiences })) } } }),
      ...(grants.tokenExchange && { [tokenExchange]: { TokenExchange: {} } }),
    },
  }
}

/** The members that these settings have in a change, and how each is told. */
export const tellingSettings = {
  provider: 'text', enabled: 'text', visible: 'text', assignmentRequired: 'text', backgroundSessions: 'text', signInOrigin: 'text', accessScopes: 'keys', authenticationMethods: 'long', grants: 'keys', tags: 'keys',
} as const

/** The trusted token issuers that grants name. */
export const issuersIn = ({ grants }: Pick<ApplicationSettingsState, 'grants'>): string[] => grants?.jwtBearer?.map(({ issuer }) => issuer) ?? []

/** Complains of issuers that are not there, and of grants that a client has in its metadata. */
export function checkGrants(raw: unknown, issuers: Set<string>, complain: Complain): void {
  listIn(raw, 'applications').forEach((application, index) => {
    const grants = field(application, 'grants')
    const path = ['applications', index, 'grants']
    listIn(grants, 'jwtBearer').forEach((exchange, position) => {
      const issuer = textIn(exchange, 'issuer')
      if (issuer && !issuers.has(fold(issuer))) complain([...path, 'jwtBearer', position, 'issuer'], `names the trusted token issuer ${issuer}, which does not exist`)
    })
    if (field(application, 'oidc') === undefined) return
    for (const key of ['authorizationCode', 'refreshToken']) if (field(grants, key) !== undefined) complain([...path, key], 'is said by grant_types and redirect_uris of oidc')
  })
}
