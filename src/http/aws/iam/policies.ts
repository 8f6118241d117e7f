// Managed policies: the account's own, and those of the catalogue to be read.
import type { CustomerPolicy, Page } from '../../../domain/accounts/index.js'
import { listManagedPolicies, policyLimits, type ManagedPolicy } from '../../../domain/policy/index.js'
import type { XmlContent } from '../protocol/xml.js'
import { managedInList, pageAnswer, policyAnswer, policyInList } from './answers.js'
import { checkDocument } from './documents.js'
import { flag, oneOf, optional, otherwise } from '../protocol/fields.js'
import { operation, type Operations } from './operation.js'
import type { IamRooms } from './rooms.js'
import { requestTags, toAll, toNew, toOwnPolicy, toPolicy } from './targets.js'
import { arn, description, document, markerOf, paging, path, pathPrefix, policyName, tags } from './words.js'

const usages = { PermissionsPolicy: 'policy', PermissionsBoundary: 'boundary' } as const
const kinds = { User: 'user', Group: 'group', Role: 'role' } as const

/** True for a policy of the account. */
export const isOwn = (policy: CustomerPolicy | ManagedPolicy): policy is CustomerPolicy => 'defaultVersion' in policy

type Listed = { own: CustomerPolicy } | { managed: ManagedPolicy; used: { attachments: number; boundaries: number } | undefined }

interface Wanted {
  Scope: 'All' | 'AWS' | 'Local'
  OnlyAttached: boolean
  PathPrefix: string
  PolicyUsageFilter: keyof typeof usages | undefined
  Marker: string | undefined
  MaxItems: number
}

/** Lists the account's own first, and then the catalogue; a marker says in which of the two a page ended. */
async function listPolicies(rooms: IamRooms, accountId: string, wanted: Wanted): Promise<Page<Listed>> {
  const { Scope, Marker, MaxItems, OnlyAttached, PathPrefix, PolicyUsageFilter } = wanted
  const inCatalogue = Marker?.startsWith('c') ?? false
  const usage = PolicyUsageFilter && usages[PolicyUsageFilter]
  const own: Page<CustomerPolicy> = Scope === 'AWS' || inCatalogue ? { items: [] }
    : await rooms.policies.list(accountId, { pathPrefix: PathPrefix, onlyAttached: OnlyAttached, usage, after: Marker?.slice(1), limit: MaxItems })
  const items: Listed[] = own.items.map((policy) => ({ own: policy }))
  if (own.next !== undefined || Scope === 'Local') return { items, ...(own.next !== undefined && { next: `o${own.next}` }) }
  const used = await rooms.attachments.countManaged(accountId)
  const after = inCatalogue ? Marker!.slice(1) : ''
  const managed = listManagedPolicies().toSorted((one, other) => (one.arn < other.arn ? -1 : 1)).filter((policy) => {
    const counts = used.get(policy.arn)
    const isUsed = usage === 'boundary' ? counts?.boundaries : usage === 'policy' ? counts?.attachments : counts
    return policy.arn > after && policy.arn.slice(policy.arn.indexOf('/')).startsWith(PathPrefix) && ((!OnlyAttached && !usage) || isUsed)
  })
  const shown = managed.slice(0, MaxItems - items.length)
  const isMore = shown.length < managed.length
  return { items: [...items, ...shown.map((policy) => ({ managed: policy, used: used.get(policy.arn) }))], ...(isMore && { next: `c${shown.at(-1)?.arn ?? ''}` }) }
}

export const policyOperations: Operations = {
  CreatePolicy: operation({
    input: { PolicyName: policyName, Path: path, PolicyDocument: document, Description: description, Tags: tags },
    target: ({ PolicyName, Path }, scope) => toNew('policy', scope, { name: PolicyName, path: Path }),
    context: ({ Tags }) => requestTags(Tags),
    run: async ({ input, accountId, rooms }) => {
      checkDocument(input.PolicyDocument, 'identity', policyLimits.managed)
      const policy = await rooms.policies.create({ accountId, name: input.PolicyName, path: input.Path, description: input.Description, document: input.PolicyDocument, tags: input.Tags })
      return { Policy: policyAnswer(policy) }
    },
  }),
  GetPolicy: operation({
    input: { PolicyArn: arn }, readOnly: true,
    target: toPolicy,
    run: async ({ target, accountId, rooms }): Promise<XmlContent> => {
      if (isOwn(target)) return { Policy: policyAnswer(target) }
      return { Policy: { ...managedInList(target, (await rooms.attachments.countManaged(accountId)).get(target.arn)), Description: target.description } }
    },
  }),
  ListPolicies: operation({
    input: { Scope: otherwise('All', oneOf('All', 'AWS', 'Local')), OnlyAttached: otherwise(false, flag), PathPrefix: pathPrefix, PolicyUsageFilter: optional(oneOf('PermissionsPolicy', 'PermissionsBoundary')), ...paging },
    readOnly: true,
    target: ({ PathPrefix }, scope) => toAll('policy', scope, PathPrefix),
    run: async ({ input, accountId, rooms }) =>
      pageAnswer('Policies', await listPolicies(rooms, accountId, input), (one) => ('own' in one ? policyInList(one.own) : managedInList(one.managed, one.used))),
  }),
  DeletePolicy: operation({
    input: { PolicyArn: arn },
    target: toOwnPolicy,
    run: async ({ target, rooms }) => {
      await rooms.policies.remove(target.id)
      return undefined
    },
  }),
  ListEntitiesForPolicy: operation({
    input: {
      PolicyArn: arn, EntityFilter: optional(oneOf('User', 'Role', 'Group', 'LocalManagedPolicy', 'AWSManagedPolicy')), PathPrefix: pathPrefix,
      PolicyUsageFilter: optional(oneOf('PermissionsPolicy', 'PermissionsBoundary')), ...paging,
    },
    readOnly: true,
    target: toPolicy,
    run: async ({ input, accountId, rooms }) => {
      const kind = kinds[input.EntityFilter as keyof typeof kinds]
      const { items, next } = await rooms.attachments.listEntities(accountId, input.PolicyArn, {
        kind, pathPrefix: input.PathPrefix, usage: input.PolicyUsageFilter && usages[input.PolicyUsageFilter], after: input.Marker, limit: input.MaxItems,
      })
      const of = (wanted: string, word: string): XmlContent => items.filter((one) => one.kind === wanted).map(({ name, id }) => ({ [`${word}Name`]: name, [`${word}Id`]: id }))
      return { PolicyGroups: of('group', 'Group'), PolicyUsers: of('user', 'User'), PolicyRoles: of('role', 'Role'), IsTruncated: next !== undefined, Marker: next === undefined ? undefined : markerOf(next) }
    },
  }),
}

