// Messages of ours, as XML: what is asked of a provider, and what is answered to it.
import { newSecret } from '../../platform/ids.js'

/** Names one of our messages: a letter in front makes it an ID (SAML Core 1.3.4 asks for 128 bits of chance). */
export const newMessageId = (): string => `_${newSecret(20)}`

/** Spells a value so that it stays one, in text and in attributes. */
export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll(/[\t\r\n]/g, (character) => `&#${character.charCodeAt(0)};`)

/** Spells attributes, without those that are undefined. */
export const attributes = (all: Readonly<Record<string, string | undefined>>): string =>
  Object.entries(all).map(([name, value]) => (value === undefined ? '' : ` ${name}="${escaped(value)}"`)).join('')

interface Envelope {
  id: string
  /** Milliseconds since the epoch. */
  at: number
  destination: string
  issuer: string
}

const postBinding = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST'
const success = 'urn:oasis:names:tc:SAML:2.0:status:Success'

/** A time in whole seconds, which every reader takes. */
export const instant = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`

function message(name: string, { id, at, destination, issuer }: Envelope, more: Readonly<Record<string, string | undefined>>, inside: string): string {
  const own = attributes({ ID: id, Version: '2.0', IssueInstant: instant(at), Destination: destination, ...more })
  return `<samlp:${name} xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"${own}><saml:Issuer>${escaped(issuer)}</saml:Issuer>${inside}</samlp:${name}>`
}

/** Writes an AuthnRequest (SAML Core 3.4.1), in the order of the schema. */
export function authnRequest(envelope: Envelope, { acs, forceAuthn, nameIdFormat, loginHint }: { acs: string; forceAuthn: boolean; nameIdFormat: string | undefined; loginHint: string | undefined }): string {
  const subject = loginHint === undefined ? '' : `<saml:Subject><saml:NameID>${escaped(loginHint)}</saml:NameID></saml:Subject>`
  return message('AuthnRequest', envelope, { ForceAuthn: forceAuthn ? 'true' : undefined, ProtocolBinding: postBinding, AssertionConsumerServiceURL: acs },
    `${subject}<samlp:NameIDPolicy${attributes({ Format: nameIdFormat, AllowCreate: 'true' })}/>`)
}

/** Somebody as the provider named them at the sign-in that is to end. */
export interface SamlSession {
  nameId: string
  format: string
  qualifier?: string | undefined
  spQualifier?: string | undefined
  /** The provider's name for the session. */
  index?: string | undefined
}

/** Writes a LogoutRequest (SAML Core 3.7.1). */
export function logoutRequest(envelope: Envelope, { nameId, format, qualifier, spQualifier, index }: SamlSession, until: number): string {
  return message('LogoutRequest', envelope, { NotOnOrAfter: instant(until) },
    `<saml:NameID${attributes({ NameQualifier: qualifier, SPNameQualifier: spQualifier, Format: format })}>${escaped(nameId)}</saml:NameID>${index === undefined ? '' : `<samlp:SessionIndex>${escaped(index)}</samlp:SessionIndex>`}`)
}

/** Writes a LogoutResponse (SAML Core 3.7.2); `isDone` where every session here is over. */
export function logoutResponse(envelope: Envelope, { inResponseTo, isDone }: { inResponseTo: string; isDone: boolean }): string {
  const status = isDone ? success : 'urn:oasis:names:tc:SAML:2.0:status:Responder'
  return message('LogoutResponse', envelope, { InResponseTo: inResponseTo }, `<samlp:Status><samlp:StatusCode Value="${status}"/></samlp:Status>`)
}
