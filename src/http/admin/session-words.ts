// What somebody has open, in words: how the list says it, and what goes with it when it is ended.
import type { AdminOptions } from './options.js'
import { isoOf, type AccessAnswer, type KeyAnswer, type SessionAnswer } from './people-answers.js'

const kinds: Readonly<Record<SessionAnswer['Kind'], string>> = { PORTAL: 'portal', APPLICATION: 'application', COMMAND_LINE: 'command line', CONSOLE: 'console', CREDENTIALS: 'role credentials' }

type Words = Pick<AdminOptions, 'describeDevice' | 'placeOf'>

/** A row of the list. */
export function sessionRow(one: SessionAnswer, words: Words): object {
  return { kind: kinds[one.Kind], since: isoOf(one.StartedAt), until: one.ExpiresAt && isoOf(one.ExpiresAt), ...detailsOf(one, words) }
}

function detailsOf(one: SessionAnswer, { describeDevice, placeOf }: Words): object {
  if (one.Kind === 'PORTAL') {
    const applications = one.Applications.map(({ Name }) => Name)
    return {
      name: describeDevice(one.UserAgent), usedAt: isoOf(one.LastUsedAt), began: 'Began',
      facts: [withPlace(one.SourceIPAddress, placeOf), ...(applications.length > 0 ? [`Signed in from there: ${applications.join(', ')}`] : [])],
    }
  }
  if ('Name' in one) return { name: one.Name, began: 'Allowed', facts: accessFacts(one) }
  return { name: roleOf(one), began: one.Kind === 'CONSOLE' ? 'Opened' : 'Issued', code: one.SessionId, facts: keyFacts(one, placeOf) }
}

const withPlace = (address: string, placeOf: Words['placeOf']): string => [address, placeOf(address)].filter(Boolean).join(', ')

function accessFacts({ Kind, InUse, StaysConnected, Refreshes }: AccessAnswer): string[] {
  if (!InUse) return ['Remembered, and not in use: it would not be asked about again.']
  if (StaysConnected) return ['Goes on when they are signed out, with a refresh token']
  return [`${Refreshes ? 'Has a refresh token' : 'No refresh token'}${Kind === 'COMMAND_LINE' ? '; ends with the session of the portal in which it was allowed' : ''}`]
}

const roleOf = ({ Role, AccountName, AccountId }: KeyAnswer): string => [Role ?? 'A session', AccountName ?? AccountId].filter(Boolean).join(' in ')

function keyFacts({ SessionName, SourceIPAddress, MadeWith }: KeyAnswer, placeOf: Words['placeOf']): string[] {
  const place = SourceIPAddress && withPlace(SourceIPAddress, placeOf)
  const named = SessionName && `Session ${SessionName}`
  return [named && place ? `${named}, from ${place}` : named ?? (place ? `From ${place}` : ''), MadeWith ? `Made with ${MadeWith}, and ends with that` : ''].filter(Boolean)
}

/** Names it in a sentence. */
export function sentenceOf(one: SessionAnswer): string {
  if (one.Kind === 'PORTAL') return `The session of the portal from ${one.SourceIPAddress}.`
  if ('Name' in one) return one.Kind === 'APPLICATION' ? `What the application “${one.Name}” was allowed.` : `The command line “${one.Name}”.`
  return one.Kind === 'CONSOLE' ? `The console session ${roleOf(one)}.` : `The credentials ${one.SessionId}, ${roleOf(one)}.`
}

/** Says what goes with it, and what goes on. */
export function whatEnds(one: SessionAnswer): string {
  switch (one.Kind) {
    case 'PORTAL': return `They are signed out there, and of command lines and applications that they signed in to from there.${deafOnes(one.Applications.filter(({ IsTold }) => !IsTold).map(({ Name }) => Name))} Console sessions and role credentials that were issued already go on: end those one by one, or everything.`
    case 'APPLICATION': return `Its tokens stop working, and it has to ask again.${one.IsTold ? ' It is told, so that it ends sessions of its own.' : deafOnes([one.Name])} While they are signed in to the portal they can open it again.`
    case 'COMMAND_LINE': return 'It has to be allowed anew. Role credentials that it was given go on: end those one by one, or everything.'
    case 'CONSOLE': return 'Its next page asks to sign in, and what was made with it ends too. While they are signed in to the portal they can open another.'
    case 'CREDENTIALS': return 'They stop working within a second, and what was made with them too. Whoever has a session of the portal or a command line that lasts can get others.'
  }
}

const deafOnes = (names: readonly string[]): string => names.length === 0 ? '' : ` ${names.join(', ')} cannot be told, and may go on with ${names.length === 1 ? 'a session of its own' : 'sessions of their own'}.`
