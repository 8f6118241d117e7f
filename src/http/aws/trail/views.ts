// Searches that were given a name, for everybody who may look events up.
import { made, text } from '../protocol/members.js'
import { readMembers } from '../protocol/members.js'
import type { JsonObject } from '../protocol/request.js'
import type { Scope } from '../protocol/json-operation.js'
import type { Target } from '../protocol/operation.js'
import { filterNames, filters } from './filters.js'
import { operation, type Operations } from './operation.js'
import type { TrailRooms } from './rooms.js'
import type { SavedView } from '../../../domain/settings/index.js'

const name = made(text(1, 80), (given, tell) => (given.trim() === '' ? tell('must not be empty') : given.trim()))

/** What is searched for, as it was spelled; every part of it is what it should be. */
const spelledFilters = {
  read: (value: unknown, tell: (problem: string) => never): Record<string, string> => {
    if (typeof value !== 'object' || value === null) return tell('is required')
    readMembers(filters, value as JsonObject)
    return Object.fromEntries(filterNames.flatMap((one) => (typeof (value as JsonObject)[one] === 'string' ? [[one, (value as Record<string, string>)[one]!]] : [])))
  },
}

const viewAnswer = ({ name: Name, filters: Filters, savedBy, savedAt }: SavedView): JsonObject => ({ Name, Filters, SavedBy: savedBy, SavedAt: savedAt.getTime() / 1000 })

const toView = async ({ Name }: { Name: string }, { rooms }: Scope<TrailRooms>): Promise<Target<SavedView>> => ({ arn: '*', found: await rooms.views.find(Name), missing: 'There is no saved view of that name.' })

export const viewOperations: Operations = {
  ListSavedViews: operation({
    input: {}, readOnly: true, action: 'cloudtrail:LookupEvents',
    run: async ({ rooms }) => ({ SavedViews: (await rooms.views.list()).map(viewAnswer) }),
  }),
  PutSavedView: operation({
    input: { Name: name, Filters: spelledFilters },
    run: async ({ input: { Name, Filters }, rooms, caller, was }) => {
      const before = await rooms.views.find(Name)
      was(before && { filters: before.filters }, { filters: Filters })
      await rooms.views.put({ name: Name, filters: Filters, savedBy: caller.arn })
      return {}
    },
  }),
  DeleteSavedView: operation({
    input: { Name: name }, target: toView,
    run: async ({ target, rooms, was }) => {
      was({ filters: target.filters, savedBy: target.savedBy }, undefined)
      await rooms.views.delete(target.name)
      return {}
    },
  }),
}
