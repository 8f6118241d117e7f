// The tabs of the settings: which fields each has, under the names that the organization file has for them, and back.
import type { WrittenSettings } from '../../domain/organization/index.js'
import { policyOf, type PasswordPolicy } from '../../domain/authentication/index.js'
import { networksIn } from '../../domain/settings/index.js'
import type { Form } from '../middleware/form.js'
import type { AdminVisit } from './visit.js'

export interface Tab {
  /** Its part of the address. */
  name: string
  title: string
  /** What the fields begin with; lists one entry a line, boxes `on`. */
  values(written: WrittenSettings): Record<string, string>
  /** What a form declares. */
  declared(form: Form): object
}

const lines = (list: unknown): string => (Array.isArray(list) ? list.join('\n') : '')
const listIn = (text: string | undefined): string[] => (text ?? '').split(/[\s,]+/).filter(Boolean)
const box = (isOn: unknown): string => (isOn === true ? 'on' : '')
const isOn = (text: string | undefined): boolean => text === 'on'
const number = (text: string | undefined): number | string => (/^\d{1,6}$/.test(text?.trim() ?? '') ? Number(text) : text ?? '')
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

const general: Tab = {
  name: '', title: 'General',
  values: ({ organization, settings }) => ({
    'organization.name': textOf(organization.name), 'organization.session.portal': textOf((organization.session as { portal?: string } | undefined)?.portal), 'organization.portalSubdomain': textOf(organization.portalSubdomain), 'organization.startUrlAliases': lines(organization.startUrlAliases),
    'settings.accountCreation': box(settings.accountCreation), 'settings.profile.emailChange': box((settings.profile as { emailChange?: boolean } | undefined)?.emailChange ?? true),
    'settings.federation.destinations': lines((settings.federation as { destinations?: string[] } | undefined)?.destinations),
  }),
  declared: (form) => ({
    organization: { name: form['organization.name']?.trim() ?? '', session: { portal: form['organization.session.portal']?.trim() ?? '' }, portalSubdomain: form['organization.portalSubdomain']?.trim() || null, startUrlAliases: listIn(form['organization.startUrlAliases']) },
    settings: { accountCreation: isOn(form['settings.accountCreation']), profile: { emailChange: isOn(form['settings.profile.emailChange']) }, federation: { destinations: listIn(form['settings.federation.destinations']) } },
  }),
}

const signIn: Tab = {
  name: 'sign-in', title: 'Sign-in',
  values: ({ organization, settings }) => {
    const mfa = organization.mfa as { mode: string; whenNoDevice: string; types?: string[] }
    return {
      'organization.mfa.mode': mfa.mode, 'organization.mfa.whenNoDevice': mfa.whenNoDevice, 'organization.mfa.types': lines(mfa.types), totp: box(mfa.types?.includes('totp')), passkey: box(mfa.types?.includes('passkey')),
      'settings.localSignIn': textOf(settings.localSignIn) || 'everybody',
      'settings.networks.portal': lines(networksIn({ settings }, 'portal')), 'settings.networks.administration': lines(networksIn({ settings }, 'administration')),
    }
  },
  declared: (form) => ({
    organization: { mfa: { mode: form['organization.mfa.mode'], whenNoDevice: form['organization.mfa.whenNoDevice'], types: (['totp', 'passkey'] as const).filter((type) => isOn(form[type])) } },
    settings: { localSignIn: form['settings.localSignIn'], networks: { portal: listIn(form['settings.networks.portal']), administration: listIn(form['settings.networks.administration']) } },
  }),
}

const policy = 'settings.passwordPolicy'
const kinds = ['requireLowercase', 'requireUppercase', 'requireDigit', 'requireOther'] as const
const numbers = ['minimumLength', 'maximumLength', 'history'] as const

const passwords: Tab = {
  name: 'passwords', title: 'Passwords',
  values: ({ settings }) => {
    const whole = policyOf(settings.passwordPolicy as Partial<PasswordPolicy> | undefined)
    return { [`${policy}.style`]: whole.style, ...Object.fromEntries([...numbers.map((name) => [`${policy}.${name}`, String(whole[name])]), ...kinds.map((name) => [`${policy}.${name}`, box(whole[name])])]) as Record<string, string> }
  },
  declared: (form) => {
    const style = form[`${policy}.style`]
    return {
      settings: {
        // Who asks for length alone asks for no kinds.
        passwordPolicy: { style, ...Object.fromEntries([...numbers.map((name) => [name, number(form[`${policy}.${name}`])]), ...(style === 'nist' ? [] : kinds.map((name) => [name, isOn(form[`${policy}.${name}`])]))]) as object },
      },
    }
  },
}

const mail: Tab = {
  name: 'mail', title: 'Mail',
  values: ({ settings }) => ({ 'settings.mail.from': textOf((settings.mail as { from?: string } | undefined)?.from) }),
  declared: (form) => {
    const from = form['settings.mail.from']?.trim()
    return { settings: { mail: from ? { from } : {} } }
  },
}

/** Those that are one form with fields; how it looks, and what the instance has, are pages of their own. */
export const tabs: readonly Tab[] = [general, signIn, passwords, mail]

export const settingsUrl = (name: string): string => (name === '' ? '/admin/settings' : `/admin/settings/${name}`)

/** The tabs as pages show them, those that are open to whoever looks. */
export async function tabLinks({ may, places: { instanceArn } }: Pick<AdminVisit, 'may' | 'places'>, current: string): Promise<object[]> {
  const open = await may({ settings: { action: 'gatehouse:GetSettings', resource: '*' }, instance: { action: 'sso:DescribeInstance', resource: instanceArn }, issuers: { action: 'sso:ListTrustedTokenIssuers', resource: instanceArn }, keys: { action: 'gatehouse:ListSigningKeys', resource: '*' } })
  const all = [
    ...(open.settings ? [...tabs, { name: 'branding', title: 'Branding' }] : []), ...(open.instance ? [{ name: 'instance', title: 'Instance' }] : []), ...(open.issuers ? [{ name: 'issuers', title: 'Token issuers' }] : []), ...(open.keys ? [{ name: 'keys', title: 'Keys' }] : []),
  ]
  return all.map(({ name, title }) => ({ url: settingsUrl(name), text: title, current: name === current }))
}
