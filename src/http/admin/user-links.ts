// The identity sources that a person may sign in by: what they are known by there, and what the source decides about them here.
import { isoOf } from './people-answers.js'
import { askUrl, type Changes } from './things.js'
import type { Person } from './person.js'
import type { AdminVisit } from './visit.js'

interface LinkAnswer {
  SourceId: string
  SourceName: string
  Subject: string
  LinkedAt: number
  UsedAt?: number
  DecidesProfile: boolean
  DecidesGroups: boolean
}

const wish = (action: string) => ({ action: `gatehouse:${action}`, resource: '*' })

/** What the page of a person shows of them; nothing where there are no sources. */
export async function linksModel(visit: AdminVisit, person: Person): Promise<object | undefined> {
  const can = await visit.may({ read: wish('ListIdentitySources'), link: wish('CreateIdentityLink'), unlink: wish('DeleteIdentityLink') })
  if (!can.read) return undefined
  const { Sources } = await visit.sources('ListIdentitySources') as unknown as { Sources: { SourceId: string; Name: string }[] }
  if (Sources.length === 0) return undefined
  const { Links } = await visit.sources('ListIdentityLinks', { UserId: person.id }) as unknown as { Links: LinkAnswer[] }
  const others = Sources.filter(({ SourceId }) => !Links.some((link) => link.SourceId === SourceId))
  return {
    rows: Links.map(({ SourceId, SourceName, Subject, LinkedAt, UsedAt, ...decides }) => ({
      name: SourceName, subject: Subject, since: isoOf(LinkedAt), usedAt: UsedAt === undefined ? undefined : isoOf(UsedAt), decides: decidesText(decides), removeUrl: askUrl(can.unlink, person, 'unlink', { SourceId }),
    })),
    sources: can.link ? others.map(({ SourceId, Name }) => ({ value: SourceId, text: Name })) : [],
  }
}

function decidesText({ DecidesProfile, DecidesGroups }: Pick<LinkAnswer, 'DecidesProfile' | 'DecidesGroups'>): string {
  const parts = [DecidesProfile ? 'names and mail address' : '', DecidesGroups ? 'the groups that it names' : ''].filter(Boolean)
  return parts.length === 0 ? 'It decides about nothing else here.' : `At each sign-in it decides about ${parts.join(' and ')}.`
}

/** What the forms ask for. */
export const linkChanges: Changes<Person> = {
  link: { run: (visit, { id }, { SourceId = '', Subject = '' }) => visit.sources('CreateIdentityLink', { SourceId, UserId: id, Subject: Subject.trim() }), done: 'Linked. They can sign in by it.' },
  unlink: {
    wishes: () => [wish('DeleteIdentityLink')], run: (visit, { id }, { SourceId }) => visit.sources('DeleteIdentityLink', { SourceId, UserId: id }), done: 'They are linked to it no more.',
    ask: { title: 'Take this link away?', text: () => 'They cannot sign in by this source any more, unless it recognises them anew. Sessions that there are go on.', button: 'Take it away', fields: ['SourceId'] },
  },
}
