// What operations are about: an account, the root, or the organization as a whole.
import { accountArn, organizationArn, organizationRootArn, organizationRootId, type Account, type OrganizationPlace, type Tags } from '../../../domain/accounts/index.js'
import type { Scope } from '../protocol/json-operation.js'
import type { ConditionValues, Target } from '../protocol/operation.js'
import { refused } from './language.js'
import type { OrganizationsRooms } from './rooms.js'

type Here = Scope<OrganizationsRooms>

/** The caller is of the management account, or does not get here. */
export const placeOf = async ({ rooms, accountId }: Pick<Here, 'rooms' | 'accountId'>): Promise<OrganizationPlace> => ({ directoryId: (await rooms.organization()).id, accountId })

const tagContext = (tags: Tags): ConditionValues => Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:ResourceTag/${key}`, value]))

/** The condition keys of tags that a request gives. */
export const requestTags = (tags: Tags): ConditionValues => (Object.keys(tags).length === 0 ? {} : {
  ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value])), 'aws:TagKeys': Object.keys(tags),
})

export async function toAccount({ AccountId }: { AccountId: string }, scope: Here, refusal = refused('AccountNotFoundException', 'There is no such account in the organization.')): Promise<Target<Account>> {
  const found = await scope.rooms.accounts.find(AccountId)
  return { arn: accountArn(await placeOf(scope), AccountId), found, refusal, ...(found && { context: tagContext(found.tags) }) }
}

export async function toOrganization(_input: unknown, scope: Here): Promise<Target<undefined>> {
  return { arn: organizationArn(await placeOf(scope)), found: undefined }
}

/** The root, under which every account is. */
export async function toParent({ ParentId }: { ParentId: string }, scope: Here): Promise<Target<OrganizationPlace>> {
  const place = await placeOf(scope)
  return { arn: organizationRootArn(place), found: ParentId === organizationRootId(place.directoryId) ? place : undefined, refusal: refused('ParentNotFoundException', 'There is no such root or unit.') }
}

/** Whatever may have tags: an account, or the root, which has none. */
export async function toTagged({ ResourceId }: { ResourceId: string }, scope: Here): Promise<Target<{ account: Account | undefined }>> {
  const place = await placeOf(scope)
  if (ResourceId === organizationRootId(place.directoryId)) return { arn: organizationRootArn(place), found: { account: undefined } }
  const { found: account, ...target } = await toAccount({ AccountId: ResourceId }, scope, refused('TargetNotFoundException', 'There is nothing with that id that could have tags.'))
  return { ...target, found: account && { account } }
}
