// Looking events up: pages of what a search finds, one event by its id, and how sure one may be of all of them.
import { namesIn, newestFirst, peopleIn } from './answers.js'
import { filters, queryOf } from './filters.js'
import { operation, type Operations } from './operation.js'
import { made, optional, text, whole } from '../protocol/members.js'

const action = 'cloudtrail:LookupEvents'
/** A position fits into eight bytes. */
const position = optional(made(text(1, 19, /^\d+$/, 'must be a position'), (given, tell) => (BigInt(given) < 2n ** 63n ? given : tell('must be a position'))))

export const eventOperations: Operations = {
  SearchEvents: operation({
    input: { ...filters, Before: position, After: position, MaxResults: optional(whole(1, 100)) }, readOnly: true, action,
    run: async ({ input, rooms }) => {
      const found = await rooms.trail.search({ ...await queryOf(input, rooms), before: input.Before, after: input.After, limit: input.MaxResults })
      return { ...newestFirst(found), Names: await namesIn(found.events, rooms.users) }
    },
  }),
  GetEvent: operation({
    input: { EventId: text(36, 36, /^[0-9a-f-]{36}$/i, 'must be the id of an event') }, readOnly: true, action,
    target: async ({ EventId }, { rooms }) => ({ arn: '*', found: await rooms.trail.find(EventId), missing: 'There is no such event. It may be older than events are kept.' }),
    run: async ({ target, rooms }) => ({ Position: target.position, Event: target.event, UserId: target.userId, Names: await namesIn([target], rooms.users, peopleIn(target)) }),
  }),
  DescribeTrail: operation({
    input: {}, readOnly: true, action,
    run: async ({ rooms }) => {
      const { head, verifications } = await rooms.verifications.state()
      return {
        ...(head && { Head: { Position: head.position, SignedAt: head.signedAt.getTime() / 1000 } }),
        Verifications: verifications.map(({ scope, verifiedAt, first, last, count, fault }) => ({
          Scope: scope.toUpperCase(), VerifiedAt: verifiedAt.getTime() / 1000, FirstPosition: first, LastPosition: last, EventCount: count, ...(fault && { Fault: { Position: fault.position, Sentence: fault.sentence } }),
        })),
      }
    },
  }),
  /** Says that somebody takes events away; the lines themselves are no part of an answer. */
  ExportEvents: operation({ input: { ...filters, Format: text(3, 6, /^(ndjson|csv)$/, 'must be ndjson or csv') }, action, run: () => ({}) }),
}
