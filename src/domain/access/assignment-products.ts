// Assignments as products: every one of the principals, with every one of the permission sets, in every one of the accounts.
// They are never spelled out whole: what is wanted of them is worked out by its place.
import type { Assignment, Principal } from './assignments.js'

export interface AssignmentProduct {
  accountIds: readonly string[]
  permissionSetIds: readonly string[]
  principals: readonly Principal[]
}

const sizeOf = ({ accountIds, permissionSetIds, principals }: AssignmentProduct): number => accountIds.length * permissionSetIds.length * principals.length

export const countIn = (products: readonly AssignmentProduct[]): number => products.reduce((sum, product) => sum + sizeOf(product), 0)

/** Spells out some of them from a place on, permission set by permission set. */
export function sliceOf(products: readonly AssignmentProduct[], from: number, limit: number): Assignment[] {
  const slice: Assignment[] = []
  let begun = 0
  for (const product of products) {
    const size = sizeOf(product)
    for (let at = Math.max(0, from - begun); at < size && slice.length < limit; at += 1) slice.push(oneOf(product, at))
    begun += size
    if (slice.length === limit) break
  }
  return slice
}

/** Spells out all of them. */
export const assignmentsIn = (products: readonly AssignmentProduct[]): Assignment[] => sliceOf(products, 0, countIn(products))

function oneOf({ accountIds, permissionSetIds, principals }: AssignmentProduct, at: number): Assignment {
  const place = Math.floor(at / principals.length)
  return { permissionSetId: permissionSetIds[Math.floor(place / accountIds.length)]!, accountId: accountIds[place % accountIds.length]!, principal: principals[at % principals.length]! }
}
