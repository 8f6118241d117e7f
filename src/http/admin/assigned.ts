// Who is assigned what, as the pages of accounts and of permission sets list it, page by page.
import { queryOf } from '../middleware/form.js'
import { addressOf } from '../middleware/listing.js'
import type { RoleAnswer } from './people-answers.js'
import type { AdminVisit } from './visit.js'

/** Whoever is gone has no name any more. */
export interface AssignmentAnswer extends RoleAnswer {
  PrincipalName?: string
  DisplayName?: string
}

/** Which of two things a page is about; the other one is listed. */
type Scope = { AccountId: string } | { PermissionSetArn: string }

interface AssignedRow {
  url: string
  name: string
  isGroup: boolean
  /** What stands beside it: the permission set, or the account. */
  other: { name: string; url: string }
}

interface Assigned {
  rows: AssignedRow[]
  nextUrl: string | undefined
  firstUrl: string | undefined
}

/** Gathers who has the same permission set in an account, which stand together in its list. */
export function bySet(rows: readonly AssignedRow[]): { name: string; url: string; holders: AssignedRow[] }[] {
  const sets = new Map<string, { name: string; url: string; holders: AssignedRow[] }>()
  for (const row of rows) {
    const set = sets.get(row.other.url) ?? { ...row.other, holders: [] }
    set.holders.push(row)
    sets.set(row.other.url, set)
  }
  return [...sets.values()]
}

/** The page of a permission set. */
export const setUrl = (arn: string): string => `/admin/permission-sets/${arn.split('/').at(-1)}`

/** Lists the assignments of an account or of a permission set; undefined for those who may not read them. */
export async function assignedModel({ ctx, ssoAdmin, may, places }: AdminVisit, path: string, scope: Scope): Promise<Assigned | undefined> {
  const action = 'sso:ListAccountAssignments'
  const resource = 'AccountId' in scope ? `arn:aws:sso:::account/${scope.AccountId}` : scope.PermissionSetArn
  const { instance, thing } = await may({ instance: { action, resource: places.instanceArn }, thing: { action, resource } })
  if (!instance || !thing) return undefined
  const { after } = queryOf(ctx)
  const { AccountAssignments, NextToken } = await ssoAdmin('SearchAccountAssignments', { ...scope, MaxResults: 25, NextToken: after })
  return {
    rows: (AccountAssignments as AssignmentAnswer[]).map((one) => ({
      url: one.PrincipalType === 'USER' ? `/admin/users/${one.PrincipalId}` : `/admin/groups/${one.PrincipalId}`,
      name: one.DisplayName || (one.PrincipalName ?? one.PrincipalId), isGroup: one.PrincipalType === 'GROUP',
      other: 'AccountId' in scope ? { name: one.PermissionSetName, url: setUrl(one.PermissionSetArn) } : { name: one.AccountName, url: `/admin/accounts/${one.AccountId}` },
    })),
    nextUrl: NextToken === undefined ? undefined : addressOf(path, { after: NextToken as string }),
    firstUrl: after === undefined ? undefined : path,
  }
}
