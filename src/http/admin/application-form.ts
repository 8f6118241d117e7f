// The form of an application that signs people in: a client's metadata as fields, and back. Fields have the names of RFC 7591;
// what the form does not show stays as it is.
import { Refusal } from '../../platform/errors.js'
import type { Form } from '../middleware/form.js'
import type { Failed } from '../middleware/form-again.js'
import type { OidcApplicationAnswer } from './application-answers.js'

type Metadata = Readonly<Record<string, unknown>>

const grants = [
  { name: 'grant_code', value: 'authorization_code', text: 'Sign people in', hint: 'Authorization code, always with PKCE (S256).' },
  { name: 'grant_refresh', value: 'refresh_token', text: 'Stay signed in', hint: 'Refresh tokens that change at each use, for at most 30 days.' },
  { name: 'grant_device', value: 'urn:ietf:params:oauth:grant-type:device_code', text: 'Sign in on another device', hint: 'For televisions and command lines: people type a code.' },
  { name: 'grant_client', value: 'client_credentials', text: 'Act as itself', hint: 'Client credentials: tokens of the application, of nobody else.' },
] as const

const methods = [
  { value: 'client_secret_basic', text: 'With a secret, in the header', hint: 'The usual way of server applications.' },
  { value: 'client_secret_post', text: 'With a secret, in the body', hint: 'For those that cannot send it in the header.' },
  { value: 'private_key_jwt', text: 'With a key of its own', hint: 'It signs; only the public key is kept here.' },
  { value: 'none', text: 'Not at all', hint: 'Browser and mobile applications, which keep no secret. PKCE protects the sign-in.' },
] as const

const lists = ['redirect_uris', 'post_logout_redirect_uris', 'contacts'] as const
const texts = ['client_name', 'scope', 'client_uri', 'logo_uri', 'policy_uri', 'tos_uri', 'initiate_login_uri', 'backchannel_logout_uri', 'token_endpoint_auth_signing_alg', 'id_token_signed_response_alg'] as const
const own = ['Name', 'Description', 'StartUrl', 'Icon', 'client_id', 'jwks', 'default_max_age', 'application_type', ...lists, ...texts] as const

const choices = (values: readonly string[], chosen: string): object[] => values.map((value) => ({ value, text: value === '' ? 'Any of them' : value, selected: value === chosen }))

/** The fields of an application as it is; of a new one, what most of them want. */
export function fieldsOf(application: OidcApplicationAnswer | undefined): Form {
  const { Name = '', Description = '', PortalOptions, Metadata: metadata = { grant_types: ['authorization_code', 'refresh_token'] } } = application ?? {}
  const granted = (metadata.grant_types as string[] | undefined) ?? ['authorization_code']
  const text = (value: unknown): string => (typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '')
  return {
    Name, Description, StartUrl: PortalOptions?.SignInOptions?.ApplicationUrl ?? '', Visible: PortalOptions?.Visibility === 'DISABLED' ? '' : 'on', Icon: '',
    ...Object.fromEntries(lists.map((name) => [name, ((metadata[name] as string[] | undefined) ?? []).join('\n')])),
    ...Object.fromEntries([...texts, 'default_max_age'].map((name) => [name, text(metadata[name])])),
    ...Object.fromEntries(grants.map(({ name, value }) => [name, granted.includes(value) ? 'on' : ''])),
    jwks: metadata.jwks ? JSON.stringify(metadata.jwks, null, 2) : '', application_type: text(metadata.application_type) || 'web',
    token_endpoint_auth_method: text(metadata.token_endpoint_auth_method) || 'client_secret_basic', require_auth_time: metadata.require_auth_time === false ? '' : 'on', backchannel_logout_session_required: metadata.backchannel_logout_session_required === true ? 'on' : '',
  }
}

/** What the view of the form shows. */
export const formModel = (fields: Form): object => ({
  values: Object.fromEntries(own.map((name) => [name, fields[name] ?? ''])), isVisible: fields.Visible === 'on', tellsTime: fields.require_auth_time === 'on', tellsSession: fields.backchannel_logout_session_required === 'on',
  grants: grants.map(({ name, text, hint }) => ({ name, text, hint, checked: fields[name] === 'on' })),
  methods: methods.map(({ value, text, hint }) => ({ value, text, hint, checked: fields.token_endpoint_auth_method === value })),
  idTokenAlgorithms: choices(['ES256', 'RS256'], fields.id_token_signed_response_alg || 'ES256'),
  keyAlgorithms: choices(['', 'ES256', 'RS256', 'PS256', 'EdDSA'], fields.token_endpoint_auth_signing_alg ?? ''),
  kinds: [{ value: 'web', text: 'Web application', selected: fields.application_type !== 'native' }, { value: 'native', text: 'Application on a device', selected: fields.application_type === 'native' }],
})

const linesOf = (text: string | undefined): string[] => (text ?? '').split(/\r?\n/).map((line) => line.trim()).filter(Boolean)

/** What a form makes of an application's client metadata. */
export function metadataOf(fields: Form, before: Metadata = {}): Metadata {
  const signsIn = fields.grant_code === 'on'
  const maxAge = fields.default_max_age?.trim() ?? ''
  const given = {
    ...Object.fromEntries(texts.map((name) => [name, fields[name]?.trim() || undefined])),
    redirect_uris: linesOf(fields.redirect_uris), post_logout_redirect_uris: some(linesOf(fields.post_logout_redirect_uris)), contacts: some(linesOf(fields.contacts)),
    grant_types: grants.filter(({ name }) => fields[name] === 'on').map(({ value }) => value), response_types: signsIn ? ['code'] : [],
    token_endpoint_auth_method: fields.token_endpoint_auth_method, application_type: fields.application_type, jwks: keysIn(fields.jwks),
    default_max_age: maxAge === '' ? undefined : Number(maxAge), require_auth_time: fields.require_auth_time === 'on', backchannel_logout_session_required: fields.backchannel_logout_session_required === 'on' || undefined,
  }
  return Object.fromEntries(Object.entries({ ...before, ...given }).filter(([, value]) => value !== undefined))
}

const some = (list: string[]): string[] | undefined => (list.length > 0 ? list : undefined)

/** Reads a set of keys, or a single one. */
function keysIn(text = ''): unknown {
  if (text.trim() === '') return undefined
  try {
    const read: unknown = JSON.parse(text)
    return typeof read === 'object' && read !== null && 'kty' in read ? { keys: [read] } : read
  } catch {
    const message = 'This must be a key or a set of keys in JSON, such as {"keys": […]}.'
    throw new Refusal('invalid-input', message, { faults: [{ path: 'jwks', message }] })
  }
}

const labels: Readonly<Record<string, string>> = {
  StartUrl: 'The address', Icon: 'The picture', redirect_uris: 'Redirect addresses', post_logout_redirect_uris: 'Addresses after signing out', contacts: 'Mail addresses', grant_code: 'The list of what it may do', client_id: 'The client id', jwks: 'The keys',
  scope: 'Scopes', default_max_age: 'The age of a sign-in', initiate_login_uri: 'The address that starts a sign-in', backchannel_logout_uri: 'The address that is told of sign-outs', client_uri: 'The home page', logo_uri: 'The logo', policy_uri: 'The privacy policy', tos_uri: 'The terms of service',
}
const fieldOf: Readonly<Record<string, string>> = { icon: 'Icon', grant_types: 'grant_code', Metadata: 'redirect_uris', ClientId: 'client_id', token_endpoint_auth_method: 'method-none' }

const folded = ['client_id', 'default_max_age', 'initiate_login_uri', 'client_name', 'client_uri', 'logo_uri', 'policy_uri', 'tos_uri', 'contacts']

/** Says whether the part of the form that is folded away has a fault in it. */
export const isFoldedWrong = (failed: Failed | undefined): boolean => failed?.faults?.some(({ path }) => folded.includes(path)) ?? false

/** Faults stand at the fields that the form has, and name them. */
export const atFields = (failed: Failed): Failed => ({
  ...failed,
  faults: failed.faults?.map(({ path: from, message }) => {
    const path = fieldOf[from] ?? from
    const label = labels[path] ?? path
    return { path, message: message.startsWith('This ') ? `${label}${message.slice('This'.length)}` : message.startsWith('Number ') ? `${label}: ${message.toLowerCase().slice(0, 1)}${message.slice(1)}` : message }
  }),
})
