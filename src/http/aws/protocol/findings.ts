// What findings say of people and accounts takes the rights that the overview takes to tell them: those of reading people and
// permission sets.
import { instanceArn } from '../../../domain/access/index.js'
import type { Call, JsonRooms } from './json-operation.js'

/** Throws AccessDenied where findings are not told to the caller. */
export async function checkTold<Rooms extends JsonRooms>({ rooms, caller, ctx }: Pick<Call<Rooms, unknown, unknown>, 'rooms' | 'caller' | 'ctx'>, directoryId: string): Promise<void> {
  const people = [`arn:aws:identitystore::${caller.accountId}:identitystore/${directoryId}`, 'arn:aws:identitystore:::user/*']
  await rooms.permissions.checkEach(caller, [
    ...people.map((resource) => ({ action: 'sso-directory:SearchUsers', resource })), { action: 'sso:ListPermissionSets', resource: instanceArn(directoryId) },
  ], ctx)
}
