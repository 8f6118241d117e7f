// Times of a response in words: by how many seconds one is over or ahead, and whether that looks like clocks that differ.
import type { Element } from '@xmldom/xmldom'
import { attributeOf, childOf, childrenOf } from './saml-xml.js'

/** Seconds beyond which clocks are worth a look. */
const noticeable = 20

/** Names the first time that does not hold, and what may be behind it. */
export function timeWords({ root, assertion }: { root: Element | undefined; assertion: Element | undefined }, { now }: { now: number }): [says: string, advice: string] {
  const conditions = assertion && childrenOf(assertion, 'a:Conditions')[0]
  const times: [string, number | undefined, 'from' | 'until'][] = [
    ['IssueInstant', timeIn(assertion, 'IssueInstant'), 'from'],
    ['NotBefore', timeIn(conditions, 'NotBefore'), 'from'],
    ['NotOnOrAfter', timeIn(conditions, 'NotOnOrAfter'), 'until'],
    ['NotOnOrAfter of the confirmation', timeIn(childOf(assertion, 'a:Subject', 'a:SubjectConfirmation', 'a:SubjectConfirmationData'), 'NotOnOrAfter'), 'until'],
    ['SessionNotOnOrAfter', timeIn(childOf(assertion, 'a:AuthnStatement'), 'SessionNotOnOrAfter'), 'until'],
  ]
  const off = times.flatMap(([name, at, kind]) => (at === undefined ? [] : [{ name, at, by: Math.round((kind === 'from' ? at - now : now - at) / 1000), kind }])).toSorted((one, other) => other.by - one.by)[0]
  const says = !off || off.by < 0 ? 'The response does not count at this time.' : `${off.name} is ${new Date(off.at).toISOString()}: ${off.by} seconds ${off.kind === 'from' ? 'ahead of' : 'ago by'} our clock, which says ${new Date(now).toISOString()}.`
  return [says, `${clockWords(timeIn(root, 'IssueInstant') ?? timeIn(assertion, 'IssueInstant'), now)} Set both clocks by a time server. Up to 60 seconds make no difference.`]
}

/** Says how far a provider's clock is from ours, where its message was on its way for no time. */
export function clockWords(issuedAt: number | undefined, now: number): string {
  if (issuedAt === undefined) return 'It is not known when the provider wrote it.'
  const ahead = Math.round((issuedAt - now) / 1000)
  if (ahead > 0) return `The provider’s clock is ${ahead} seconds ahead of ours.`
  return `The provider wrote it ${-ahead} seconds ago by its clock: it lay that long in the browser, or the provider’s clock is behind ours.`
}

/** Says by how many seconds the provider's clock and ours agree, of a message that counts. */
export function agreementOf(issuedAt: number, now: number): string {
  const ahead = Math.round((issuedAt - now) / 1000)
  return ahead > 0 ? `The provider’s clock is ${ahead} seconds ahead of ours.` : `The provider wrote it ${-ahead} seconds before it came, by the two clocks.`
}

/** Seconds by which a provider's clock is ahead, where that is worth a look. */
export const secondsAhead = (issuedAt: number, now: number): number | undefined => (issuedAt - now > noticeable * 1000 ? Math.round((issuedAt - now) / 1000) : undefined)

function timeIn(element: Element | undefined, name: string): number | undefined {
  const time = Date.parse(attributeOf(element, name) ?? '')
  return Number.isNaN(time) ? undefined : time
}
