// Assignments as they are asked for in great numbers: whom, with which permission sets, in which accounts.
import { countIn, idOfArn, mostAssignedAtOnce, type AssignmentProduct } from '../../../../domain/access/index.js'
import { Refusal } from '../../../../platform/errors.js'
import { list, structure, type Read } from '../../protocol/members.js'
import { accountId, permissionSetArnMember, principalMembers, principalOf } from '../words.js'

export const Principals = list(structure(principalMembers), { min: 1, max: 1000 })

/** Every one of the principals, in every one of the accounts, with every one of the permission sets. */
export const accountAssignments = structure({
  AccountIds: list(accountId, { min: 1, max: 5000 }), PermissionSetArns: list(permissionSetArnMember, { min: 1, max: 100 }), Principals,
})
/** Assignments as the domain has them: each of the products without what it names twice. */
export function productsOf(given: readonly Read<{ one: typeof accountAssignments }>['one'][]): AssignmentProduct[] {
  const products = given.map(({ AccountIds, PermissionSetArns, Principals: some }) => ({
    accountIds: [...new Set(AccountIds)], permissionSetIds: [...new Set(PermissionSetArns.map(idOfArn))], principals: [...new Map(some.map((one) => [one.PrincipalId, principalOf(one)])).values()],
  }))
  const count = countIn(products)
  if (count > mostAssignedAtOnce) throw new Refusal('invalid-input', `These are ${count.toLocaleString('en-GB')} assignments; ${mostAssignedAtOnce.toLocaleString('en-GB')} are the most at once.`)
  return products
}
