// Tags of the instance and of what is in it: what a page shows, and what its forms ask for.
import type { Changes, Thing } from './things.js'
import type { AdminVisit } from './visit.js'

type Can = Readonly<Record<'tag' | 'untag', boolean | undefined>>

/** The model of partials/entity-tags. */
export async function tagsModel({ ssoAdmin }: AdminVisit, arn: string, { tag, untag }: Can): Promise<object> {
  const { Tags } = await ssoAdmin('ListTagsForResource', { ResourceArn: arn })
  return { add: tag ? 'tag' : undefined, remove: untag ? 'untag' : undefined, rows: (Tags as { Key: string; Value: string }[]).map(({ Key, Value }) => ({ key: Key, value: Value })) }
}

/** The changes that its forms ask for. */
export const tagChanges = <Found extends Thing>(arnOf: (visit: AdminVisit, thing: Found) => string): Changes<Found> => ({
  tag: {
    run: (visit, thing, { Key = '', Value = '' }) => visit.ssoAdmin('TagResource', { ResourceArn: arnOf(visit, thing), Tags: [{ Key: Key.trim(), Value: Value.trim() }] }), done: 'The tag is set.',
  },
  untag: { run: (visit, thing, { Key = '' }) => visit.ssoAdmin('UntagResource', { ResourceArn: arnOf(visit, thing), TagKeys: [Key] }), done: 'The tag is removed.' },
})
