// /admin/users/ID/sessions: what a person has open, in one list, ended one by one or all at once.
import type { Router } from '@koa/router'
import { Refusal } from '../../platform/errors.js'
import type { Form } from '../middleware/form.js'
import type { AdminOptions } from './options.js'
import type { SessionAnswer } from './people-answers.js'
import { directoryWishes, mayAll, userArn } from './people-rights.js'
import { findPerson, personTabs, type Person } from './person.js'
import { sentenceOf, sessionRow, whatEnds } from './session-words.js'
import { askUrl, changeThing, nothingFailed, thingPage, type Changes, type Said } from './things.js'
import type { AdminVisit, MakePage } from './visit.js'

interface PersonsSessions extends Person {
  /** The person's own page. */
  person: Person
}

export function mountUserSessions(router: Router, page: MakePage, options: AdminOptions): void {
  const { csrf } = options
  const pages = { changes, find, show: (visit: AdminVisit, thing: PersonsSessions, said: Said) => show(visit, thing, said, options) }
  router.get('/users/:id/sessions', csrf, page(thingPage(pages)))
  router.post('/users/:id/sessions', csrf, page(changeThing(pages)))
}

async function find(visit: AdminVisit): Promise<PersonsSessions> {
  const person = await findPerson(visit)
  return { ...person, path: `${person.path}/sessions`, person }
}

interface ListAnswer {
  Sessions: SessionAnswer[]
  MoreCredentials: number
}

const sessionsOf = async (visit: AdminVisit, { id }: Person): Promise<ListAnswer> => await visit.directory('ListSessions', { UserId: id }) as unknown as ListAnswer

async function sessionIn(visit: AdminVisit, thing: Person, { Kind, SessionId }: Form): Promise<SessionAnswer> {
  const found = (await sessionsOf(visit, thing)).Sessions.find((one) => one.Kind === Kind && one.SessionId === SessionId)
  if (!found) throw new Refusal('not-found', 'This has ended already.')
  return found
}

const wishes = (visit: AdminVisit, { id }: Person) => directoryWishes(visit, 'sso-directory:EndSessions', [userArn(id)])

const changes: Changes<PersonsSessions> = {
  end: {
    wishes, run: (visit, { id }, { Kind, SessionId }) => visit.directory('EndSession', { UserId: id, Kind, SessionId }), done: 'It has ended.',
    ask: {
      title: 'End this?', button: 'End it', fields: ['Kind', 'SessionId'],
      text: async (visit, thing, fields) => {
        const one = await sessionIn(visit, thing, fields)
        return `${sentenceOf(one)} ${whatEnds(one)}`
      },
    },
  },
  'end-sessions': {
    wishes, run: (visit, { id: UserId }) => visit.directory('EndSessions', { UserId }), done: 'Every session has ended, and what was issued in them.',
    ask: { title: 'End every session?', text: () => 'They are signed out of the portal, of applications and of command lines, and role credentials that they hold stop working. They can sign in again.', button: 'End sessions' },
  },
}

async function show(visit: AdminVisit, thing: PersonsSessions, { done, failed }: Said, words: AdminOptions): Promise<void> {
  const { Sessions, MoreCredentials } = await sessionsOf(visit, thing)
  const { 'sso-directory:EndSessions': mayEnd } = await mayAll(visit, ['sso-directory:EndSessions'], [userArn(thing.id)])
  await visit.show('admin/user-sessions', {
    title: thing.title, tabs: await personTabs(visit, thing.person, 'sessions'), done, ...nothingFailed, ...failed,
    rows: Sessions.map((one) => ({ ...sessionRow(one, words), endUrl: askUrl(mayEnd, thing, 'end', { Kind: one.Kind, SessionId: one.SessionId }) })),
    more: MoreCredentials, endUrl: askUrl(mayEnd && Sessions.length > 0, thing, 'end-sessions'),
  })
}
