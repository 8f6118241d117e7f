// Users and groups under a new name or path: whoever renames must be allowed under the new one too.
import { iamArn, type Entity } from '../../../domain/accounts/index.js'
import type { Call } from './operation.js'

interface Renamed {
  rename(id: string, wish: { name?: string | undefined; path?: string | undefined }): Promise<void>
}

/** Renames what a call is about. */
export async function rename<Found extends Entity>({ target, caller, accountId, rooms, ctx }: Omit<Call<unknown, Found>, 'input'>, collection: Renamed, wish: { name: string | undefined; path: string | undefined }): Promise<void> {
  const { kind } = target
  const resource = iamArn(kind, { accountId, path: wish.path ?? target.path, name: wish.name ?? target.name })
  await rooms.permissions.check(caller, { action: kind === 'user' ? 'iam:UpdateUser' : 'iam:UpdateGroup', resource }, ctx)
  await collection.rename(target.id, wish)
}
