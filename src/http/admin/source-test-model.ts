// How a test of an identity source went, in words: a verdict, who it would be, every step, and what was read from what came.
import type { ForeseenPerson, SourceTest } from '../../domain/identity-sources/index.js'
import { indentedXml } from './indented-xml.js'

export interface TestAnswer {
  Name: string
  Enabled: boolean
  Shape?: 'browser' | 'password'
  Test: SourceTest
}

type Step = SourceTest['steps'][number]

const titles: Readonly<Record<string, string>> = {
  discovery: 'What the provider says of itself', request: 'The way there', answer: 'The answer', exchange: 'Tokens for the code', 'id-token': 'ID token', userinfo: 'More about the person (userinfo)',
  opened: 'The response', status: 'Status', decrypted: 'Encryption', signature: 'Signature', issuer: 'Issuer', destination: 'Destination', subject: 'Subject', audience: 'Audience', times: 'Times and clocks', nonce: 'Nonce', replay: 'Used once',
  'at-hash': 'Access token', 'auth-time': 'When it was proved', attributes: 'Attributes', 'name-id': 'NameID', certificate: 'Certificate', clock: 'Clocks', person: 'The person', groups: 'Groups', password: 'Password',
  connection: 'Connection', bind: 'Who looks people up', search: 'The search',
}
const badges: Readonly<Record<Step['outcome'], { badge: string; badgeClass: string }>> = {
  passed: { badge: 'passed', badgeClass: '' }, warned: { badge: 'worth a look', badgeClass: 'badge-look' }, failed: { badge: 'failed', badgeClass: 'badge-no' },
}
const parts: Readonly<Record<string, string>> = {
  userName: 'User name', displayName: 'Display name', givenName: 'Given name', familyName: 'Family name', email: 'Mail address', groups: 'Groups', emailVerified: 'Whether the address is proved', secondStep: 'Second factor', subject: 'Subject',
}
const hows: Readonly<Record<ForeseenPerson['how'], string>> = { new: 'Somebody new, who comes to be here', recognised: 'Here already; recognised, and linked from then on', linked: 'Here already, and linked to the source' }

/** What the page of a test shows. */
export function testModel({ Name, Enabled, Shape, Test: { at, steps, reason, subject, claims, person } }: TestAnswer): object {
  const failed = steps.find(({ outcome }) => outcome === 'failed')
  return {
    title: `Test of ${Name}`, at: new Date(at).toISOString(), works: reason === undefined, verdict: verdictOf(person, failed), advice: failed?.advice, reason, isOff: !Enabled, isTyped: Shape === 'password',
    who: person && factsOf(person, subject), personUrl: person?.userId && `/admin/users/${person.userId}`, changes: person?.changes.map(({ part, before, after }) => ({ name: parts[part], before, after })) ?? [],
    steps: stepsOf(steps), claims: claims.map(({ name, values, more, readAs }) => ({ name, values, more: more > 0 ? more : undefined, readAs: readAs.map((one) => parts[one]).join(', ') })),
  }
}

function verdictOf(person: ForeseenPerson | undefined, failed: Step | undefined): string {
  if (!person) return `It does not work. ${failed?.says ?? 'It is not known why.'}`
  const name = person.displayName === person.userName ? person.userName : `${person.displayName} (${person.userName})`
  return `It works: ${name} would come in${{ new: ' as somebody new', recognised: ', and is somebody who is here already', linked: '' }[person.how]}.`
}

const listed = (names: readonly string[]): string => (names.length === 0 ? 'None' : names.join(', '))

const factsOf = (person: ForeseenPerson, subject: string | undefined): object[] => [
  { term: 'User name', text: person.userName }, { term: 'Display name', text: person.displayName }, { term: 'Mail address', text: person.email ?? 'None' }, { term: 'Is', text: hows[person.how] },
  ...(subject === undefined ? [] : [{ term: 'Subject', text: subject }]), { term: 'Groups joined', text: listed(person.groups.joined) }, { term: 'Groups left', text: listed(person.groups.left) }, { term: 'Second factor', text: secondStepOf(person.secondStep) },
]

function secondStepOf({ rule, isTold, amr, acr }: ForeseenPerson['secondStep']): string {
  const words = [...new Set([...amr, ...(acr === undefined ? [] : [acr])])].join(', ')
  const said = words === '' ? 'it tells nothing of factors' : `it says ${words}`
  if (rule === 'ours') return 'Asked for as is set here, whatever the source tells.'
  if (rule === 'theirs') return `Not asked for: what the source does is enough (${said}). ${isTold ? 'An application that wants two factors has them.' : 'An application that wants two factors still asks.'}`
  return isTold ? `Not asked for: the source tells of two factors (${said}).` : `Asked for as is set here: the source does not tell of two factors (${said}).`
}

/** What was shown once is not shown again. */
function stepsOf(steps: readonly Step[]): object[] {
  const shown = new Set<string>()
  const once = (text: string | undefined): string | undefined => {
    if (text === undefined || text === '' || shown.has(text)) return undefined
    shown.add(text)
    return indentedXml(text)
  }
  return steps.map(({ name, outcome, says, advice, sent, received }) => ({ title: titles[name] ?? name, ...badges[outcome], isFailed: outcome === 'failed', says, advice, sent: once(sent), received: once(received) }))
}
