// The policy of a proved assertion: whom it is about, for whom, when, and in answer to what.
import type { Element } from '@xmldom/xmldom'
import { refuseSaml, type SamlReason } from './saml-refusal.js'
import type { SamlAssertion, SamlExpectations } from './saml-response.js'
import { attributeOf, childOf, childrenOf, textOf } from './saml-xml.js'

const usualSkew = 60
const bearer = 'urn:oasis:names:tc:SAML:2.0:cm:bearer'
const unspecified = 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified'

type Read = Pick<SamlExpectations, 'now' | 'skew'>

/** Milliseconds that clocks may differ by. */
export const slack = ({ skew = usualSkew }: Read): number => skew * 1000

/** A time as SAML Core 1.3.3 has it: in UTC. */
export function timeOf(element: Element, name: string, reason: SamlReason): number | undefined {
  const text = attributeOf(element, name)
  if (text === undefined) return undefined
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/.test(text) ? Date.parse(text) : NaN
  return Number.isNaN(time) ? refuseSaml(reason, `${name} is no time`) : time
}

/** True for a time that is over, however clocks differ. */
export const isOver = (until: number, read: Read): boolean => until + slack(read) <= read.now
/** True for a time that has not come, however clocks differ. */
export const isAhead = (from: number, read: Read): boolean => from - slack(read) > read.now

/** Reads whom an assertion is about, and who may bear it. */
export function readSubject(assertion: Element, expected: SamlExpectations): Pick<SamlAssertion, 'subject' | 'recipient'> {
  const subject = childOf(assertion, 'a:Subject')
  const nameId = childOf(subject, 'a:NameID')
  if (!subject || !nameId) return refuseSaml('subject', 'the assertion is about nobody')
  checkConfirmation(childrenOf(subject, 'a:SubjectConfirmation'), expected)
  const name = textOf(nameId)
  if (name === '' || name.length > 1024 || name !== name.trim()) return refuseSaml('subject', 'the subject has no name, or one with blanks around it')
  return { subject: subjectOf(nameId), recipient: expected.recipient }
}

/** Reads a NameID with what makes it one of its own. */
export function subjectOf(nameId: Element): SamlAssertion['subject'] {
  const [format, qualifier, spQualifier] = ['Format', 'NameQualifier', 'SPNameQualifier'].map((name) => attributeOf(nameId, name))
  return { nameId: textOf(nameId), format: format ?? unspecified, ...(qualifier !== undefined && { qualifier }), ...(spQualifier !== undefined && { spQualifier }) }
}

/** SAML Profiles 4.1.4.2: a bearer, until when, where, and in answer to what. */
function checkConfirmation(confirmations: readonly Element[], expected: SamlExpectations): void {
  const [only, ...others] = confirmations
  const given = childOf(only, 'a:SubjectConfirmationData')
  if (!only || others.length > 0 || attributeOf(only, 'Method') !== bearer || !given) return refuseSaml('confirmation', 'the subject is not confirmed as the one that bears the message')
  if (attributeOf(given, 'Recipient') !== expected.recipient) refuseSaml('recipient', 'the assertion is for another address')
  if (given.hasAttribute('NotBefore')) refuseSaml('confirmation', 'a confirmation must not say when it begins')
  if (attributeOf(given, 'InResponseTo') !== expected.inResponseTo) refuseSaml('in-response-to', 'the assertion answers another request')
  if (timeOf(given, 'NotOnOrAfter', 'confirmation') === undefined) refuseSaml('confirmation', 'a confirmation has to say when it ends')
}

/** Checks for whom an assertion is. */
export function checkConditions(assertion: Element, { audiences }: SamlExpectations): Pick<SamlAssertion, 'audiences'> {
  const conditions = childrenOf(assertion, 'a:Conditions')[0] ?? refuseSaml('conditions', 'the assertion has no conditions')
  const restrictions = childrenOf(conditions, 'a:AudienceRestriction').map((restriction) => childrenOf(restriction, 'a:Audience').map(textOf))
  // SAML Core 2.5.1.4: each restriction has to hold, and of each one audience.
  if (restrictions.length === 0 || !restrictions.every((named) => named.some((one) => audiences.includes(one)))) return refuseSaml('audience', 'the assertion is for somebody else')
  return { audiences: [...new Set(restrictions.flat())] }
}

type Times = Pick<SamlAssertion, 'issuedAt' | 'authenticatedAt' | 'expiresAt' | 'sessionIndex' | 'sessionEndsAt' | 'contextClass'>

/** Reads when an assertion was made and how long it counts. */
export function readTimes(assertion: Element, expected: SamlExpectations): Times {
  const issuedAt = timeOf(assertion, 'IssueInstant', 'structure')!
  if (isAhead(issuedAt, expected)) refuseSaml('not-yet', 'the assertion is of the future')
  if (expected.age !== undefined && isOver(issuedAt + expected.age * 1000, expected)) refuseSaml('expired', 'the assertion is too old')
  const conditions = childrenOf(assertion, 'a:Conditions')[0] ?? refuseSaml('conditions', 'the assertion has no conditions')
  const [from, until] = [timeOf(conditions, 'NotBefore', 'conditions'), timeOf(conditions, 'NotOnOrAfter', 'conditions')]
  if (from !== undefined && isAhead(from, expected)) refuseSaml('not-yet', 'the assertion does not count yet')
  if (until !== undefined && isOver(until, expected)) refuseSaml('expired', 'the assertion is over')
  const confirmed = childOf(assertion, 'a:Subject', 'a:SubjectConfirmation', 'a:SubjectConfirmationData')
  const ends = [until, confirmed && timeOf(confirmed, 'NotOnOrAfter', 'confirmation')].filter((time) => time !== undefined)
  if (ends.some((end) => isOver(end, expected))) refuseSaml('expired', 'the confirmation is over')
  // The mark of a message that was used lasts as long as the message could be sent again.
  return { issuedAt, ...readAuthentication(assertion, expected), expiresAt: Math.max(expected.now, ...ends) + slack(expected) }
}

function readAuthentication(assertion: Element, expected: SamlExpectations): Pick<Times, 'authenticatedAt' | 'sessionIndex' | 'sessionEndsAt' | 'contextClass'> {
  const [statement, ...others] = childrenOf(assertion, 'a:AuthnStatement')
  if (!statement || others.length > 0) return refuseSaml('authentication', 'the assertion does not say, once, that somebody was authenticated')
  const authenticatedAt = timeOf(statement, 'AuthnInstant', 'authentication')!
  if (isAhead(authenticatedAt, expected)) refuseSaml('authentication', 'the authentication is of the future')
  const sessionEndsAt = timeOf(statement, 'SessionNotOnOrAfter', 'authentication')
  if (sessionEndsAt !== undefined && sessionEndsAt <= expected.now) refuseSaml('expired', 'the session at the provider is over')
  const sessionIndex = attributeOf(statement, 'SessionIndex')
  const contextClass = childOf(statement, 'a:AuthnContext', 'a:AuthnContextClassRef')
  return { authenticatedAt, ...(sessionIndex !== undefined && { sessionIndex }), ...(sessionEndsAt !== undefined && { sessionEndsAt }), ...(contextClass && { contextClass: textOf(contextClass) }) }
}
