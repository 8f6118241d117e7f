// The person that an address means, and the pages that there are about them.
import type { UserAnswer } from './people-answers.js'
import { maySee, mayAll, userArn } from './people-rights.js'
import type { AdminVisit } from './visit.js'

export interface Person {
  path: string
  title: string
  id: string
  user: UserAnswer
}

/** Finds whom an address means; the operation refuses those who may not read them. */
export async function findPerson(visit: AdminVisit): Promise<Person> {
  const { id = '' } = visit.ctx.params as { id?: string }
  const user = await visit.directory('DescribeUser', { UserId: id, Extensions: ['aws:identitystore:enterprise'] }) as unknown as UserAnswer
  return { path: `/admin/users/${user.UserId}`, title: user.DisplayName, id: user.UserId, user }
}

/** The tabs of a person's pages, those that are open to whoever looks. */
export async function personTabs(visit: AdminVisit, { path, id }: Pick<Person, 'path' | 'id'>, current: '' | 'access' | 'sessions' | 'history'): Promise<object[]> {
  const { roles, history } = await maySee(visit)
  const { 'sso-directory:ListSessions': sessions } = await mayAll(visit, ['sso-directory:ListSessions'], [userArn(id)])
  return [
    { url: path, text: 'Person', current: current === '' },
    ...(roles ? [{ url: `${path}/access`, text: 'What they can reach', current: current === 'access' }] : []),
    ...(sessions ? [{ url: `${path}/sessions`, text: 'Sessions', current: current === 'sessions' }] : []),
    ...(history ? [{ url: `${path}/history`, text: 'History', current: current === 'history' }] : []),
  ]
}
