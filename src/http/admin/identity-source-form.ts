// The form of an identity source: what the organization file says of one as fields, and back.
import type { Form } from '../middleware/form.js'
import type { Failed } from '../middleware/form-again.js'
import { declaredDirectory, ldapFieldOf, ldapFields, ldapLabels, ldapModel, type DeclaredDirectory } from './identity-source-ldap-form.js'

/** A source as it is declared. */
export interface DeclaredSource {
  name: string
  enabled: boolean
  button: boolean
  domains?: string[]
  secondStep: string
  oidc?: Along & { issuer: string; client_id: string; scopes: string[]; token_endpoint_auth_method: string; signOutThere: boolean }
  saml?: Along & { metadataUrl?: string; nameIdFormat?: string; signOutThere: boolean; unsolicited: boolean; refuseExpiredCertificates?: boolean }
  ldap?: Along & DeclaredDirectory
}

interface Along {
  attributes?: Record<string, string>
  provisioning: { create: boolean; update: boolean; match: string; administrators: boolean; groups: 'none' | 'same-name' | Record<string, string> }
}

export type SourceKind = 'oidc' | 'saml' | 'ldap'

const attributes = ['userName', 'displayName', 'givenName', 'familyName', 'email', 'groups'] as const

const steps = [
  { value: 'ours', text: 'Ours, in every case', hint: 'What is set for second factors here is asked for after the source, too.' },
  { value: 'unless-theirs', text: 'Ours, unless the source tells of one', hint: 'Where it says that two factors were proved there (amr, acr), that is enough.' },
  { value: 'theirs', text: 'The source’s alone', hint: 'Nothing more is asked for here, unless an application wants a second factor.' },
] as const
const matches = [
  { value: 'none', text: 'By nothing', hint: 'An administrator links them on their page.' },
  { value: 'userName', text: 'By the user name', hint: 'Whoever can choose their user name at the provider can be anybody here.' },
  { value: 'email', text: 'By the mail address', hint: 'Only where it is at one of the mail domains above, or was proved on both sides.' },
  { value: 'externalId', text: 'By what a provisioning directory calls them', hint: 'The external id that SCIM brought is the subject that the source names.' },
] as const
const methods = [{ value: 'client_secret_basic', text: 'With a secret, in the header' }, { value: 'client_secret_post', text: 'With a secret, in the body' }, { value: 'none', text: 'Not at all (PKCE alone)' }] as const

/** The fields of a source as it is; of a new one, what most want. */
export function sourceFields(source: DeclaredSource | undefined): Form {
  const { name = '', enabled = true, button = true, domains = [], secondStep = 'ours', oidc, saml, ldap } = source ?? {}
  const along = oidc ?? saml ?? ldap
  const { create, update, match, administrators, groups } = along?.provisioning ?? { create: true, update: true, match: 'none', administrators: false, groups: 'none' as const }
  const on = (is: boolean): string => (is ? 'on' : '')
  return {
    name, enabled: on(enabled), button: on(button), domains: domains.join('\n'), secondStep,
    issuer: oidc?.issuer ?? '', client_id: oidc?.client_id ?? '', client_secret: '', scopes: (oidc?.scopes ?? ['profile', 'email']).join(' '), token_endpoint_auth_method: oidc?.token_endpoint_auth_method ?? 'client_secret_basic',
    signOutThere: on((oidc ?? saml)?.signOutThere === true), unsolicited: on(saml?.unsolicited === true),
    metadata: '', metadataUrl: saml?.metadataUrl ?? '', nameIdFormat: saml?.nameIdFormat ?? '', refuseExpired: on(saml?.refuseExpiredCertificates === true),
    ...ldapFields(ldap),
    ...Object.fromEntries(attributes.map((one) => [`attribute-${one}`, along?.attributes?.[one] ?? ''])),
    create: on(create), update: on(update), match, administrators: on(administrators),
    groups: typeof groups === 'string' ? groups : 'mapped', groupNames: typeof groups === 'string' ? '' : Object.entries(groups).map(([theirs, ours]) => `${theirs} = ${ours}`).join('\n'),
  }
}

const urn = 'urn:oasis:names:tc:SAML'
const formats = [
  { value: `${urn}:2.0:nameid-format:persistent`, text: 'Persistent' }, { value: `${urn}:1.1:nameid-format:emailAddress`, text: 'Mail address' }, { value: `${urn}:1.1:nameid-format:unspecified`, text: 'Unspecified' },
]

const chosen = <Choice extends { value: string }>(choices: readonly Choice[], value: string | undefined): object[] => choices.map((choice) => ({ ...choice, selected: choice.value === value }))

/** What the view of the form shows. */
export const sourceModel = (fields: Form, kind: SourceKind): object => ({
  isSaml: kind === 'saml', isLdap: kind === 'ldap', ...ldapModel(fields), formats: [{ value: '', text: 'Whatever it sends' }, ...formats].map((format) => ({ ...format, selected: format.value === (fields.nameIdFormat ?? '') })),
  values: { ...fields, client_secret: '', bindPassword: '' }, isEnabled: fields.enabled === 'on', hasButton: fields.button === 'on', signOutThere: fields.signOutThere === 'on', isUnsolicited: fields.unsolicited === 'on', refusesExpired: fields.refuseExpired === 'on', creates: fields.create === 'on', updates: fields.update === 'on', vouchesForAdministrators: fields.administrators === 'on',
  // A password alone was proved there.
  steps: chosen(kind === 'ldap' ? steps.filter(({ value }) => value !== 'unless-theirs') : steps, fields.secondStep), matches: chosen(matches, fields.match), methods: chosen(methods, fields.token_endpoint_auth_method),
  groupRules: chosen([{ value: 'none', text: 'None' }, { value: 'same-name', text: 'Those of the same name here' }, { value: 'mapped', text: 'Those named below' }], fields.groups),
  attributes: attributes.map((one) => ({ name: `attribute-${one}`, label: attributeLabels[one], value: fields[`attribute-${one}`] ?? '' })),
})

const attributeLabels: Readonly<Record<(typeof attributes)[number], string>> = {
  userName: 'User name', displayName: 'Display name', givenName: 'Given name', familyName: 'Family name', email: 'Mail address', groups: 'Groups',
}

const linesOf = (text = ''): string[] => text.split(/\r?\n/).map((line) => line.trim()).filter(Boolean)
const wordsOf = (text = ''): string[] => text.split(/\s+/).filter(Boolean)

/** What a form makes of a source. */
export function declaredOf(fields: Form, kind: SourceKind): object {
  const text = (name: string): string => fields[name]?.trim() ?? ''
  const named = Object.fromEntries(attributes.flatMap((one) => (text(`attribute-${one}`) === '' ? [] : [[one, text(`attribute-${one}`)]])))
  return {
    name: text('name'), enabled: fields.enabled === 'on', button: fields.button === 'on', domains: linesOf(fields.domains), secondStep: fields.secondStep,
    [kind]: {
      ...(kind !== 'ldap' && { signOutThere: fields.signOutThere === 'on' }),
      ...(kind === 'ldap' ? declaredDirectory(fields) : kind === 'saml' ? { ...given({ metadata: text('metadata'), metadataUrl: text('metadataUrl'), nameIdFormat: text('nameIdFormat') }), unsolicited: fields.unsolicited === 'on', refuseExpiredCertificates: fields.refuseExpired === 'on' } : {
        issuer: text('issuer'), client_id: text('client_id'), ...given({ client_secret: text('client_secret') }), scopes: wordsOf(fields.scopes), token_endpoint_auth_method: fields.token_endpoint_auth_method,
      }),
      attributes: named,
      provisioning: { create: fields.create === 'on', update: fields.update === 'on', match: fields.match, administrators: fields.administrators === 'on', groups: fields.groups === 'mapped' ? groupNamesOf(fields.groupNames) : fields.groups },
    },
  }
}

/** What was filled in. */
const given = (texts: Record<string, string>): Record<string, string> => Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== ''))

const groupNamesOf = (text: string | undefined): Record<string, string> => Object.fromEntries(linesOf(text).map((line) => {
  const at = line.lastIndexOf('=')
  return at < 0 ? [line, line] : [line.slice(0, at).trim(), line.slice(at + 1).trim()]
}))

const labels: Readonly<Record<string, string>> = {
  name: 'The name', domains: 'A mail domain', issuer: 'The issuer', client_id: 'The client id', client_secret: 'The client secret', scopes: 'A scope', groupNames: 'A group', metadata: 'The metadata', metadataUrl: 'The address of the metadata', nameIdFormat: 'The format', ...ldapLabels,
  ...Object.fromEntries(attributes.map((one) => [`attribute-${one}`, `The claim of “${attributeLabels[one]}”`])),
}

/** Faults stand at the fields that the form has, and name them. */
export const atSourceFields = (failed: Failed): Failed => ({
  ...failed,
  faults: failed.faults?.map(({ path, message }) => {
    const [field = path] = path.replace(/^(oidc|saml)\./, '').replace(/^ldap\.(.*)/, (_, rest: string) => ldapFieldOf(rest)).replace(/^provisioning\.groups.*/, 'groupNames').replace(/^provisioning\./, '').replace(/^attributes\./, 'attribute-').split('[')
    return { path: field, message: message.replace(/^This /, `${labels[field] ?? 'This'} `) }
  }),
})
