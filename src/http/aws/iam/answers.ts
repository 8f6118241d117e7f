// How answers spell what is in an account.
import { isManaged, readIamArn, type AccessKey, type CustomerPolicy, type IamGroup, type IamUser, type InstanceProfile, type Page, type PolicyVersion, type Role, type Tags } from '../../../domain/accounts/index.js'
import type { ManagedPolicy } from '../../../domain/policy/index.js'
import type { XmlContent } from '../protocol/xml.js'
import { markerOf } from './words.js'

/** Times are whole seconds. */
export const timeOf = (date: Date): string => `${date.toISOString().slice(0, 19)}Z`

/** Documents travel encoded as in a URL (RFC 3986). */
export const documentOf = (document: string): string => encodeURIComponent(document).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)

export const tagsOf = (tags: Tags): XmlContent => Object.entries(tags).toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([Key, Value]) => ({ Key, Value }))

const someTags = (tags: Tags): XmlContent | undefined => (Object.keys(tags).length > 0 ? tagsOf(tags) : undefined)

const boundaryOf = (arn: string | undefined): XmlContent | undefined => (arn === undefined ? undefined : { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: arn })

export const userInList = (user: IamUser): { [name: string]: XmlContent | undefined } => ({
  Path: user.path, UserName: user.name, UserId: user.id, Arn: user.arn, CreateDate: timeOf(user.createdAt),
  PasswordLastUsed: user.passwordLastUsed && timeOf(user.passwordLastUsed),
})

export const userAnswer = (user: IamUser): XmlContent => ({ ...userInList(user), PermissionsBoundary: boundaryOf(user.boundary), Tags: someTags(user.tags) })

export const groupAnswer = (group: IamGroup): { [name: string]: XmlContent | undefined } =>
  ({ Path: group.path, GroupName: group.name, GroupId: group.id, Arn: group.arn, CreateDate: timeOf(group.createdAt) })

export const roleInList = (role: Role): { [name: string]: XmlContent | undefined } => ({
  Path: role.path, RoleName: role.name, RoleId: role.id, Arn: role.arn, CreateDate: timeOf(role.createdAt), AssumeRolePolicyDocument: documentOf(role.trustPolicy),
  Description: role.description, MaxSessionDuration: role.maxSessionDuration,
})

export const roleAnswer = (role: Role): { [name: string]: XmlContent | undefined } => ({
  ...roleInList(role), PermissionsBoundary: boundaryOf(role.boundary), Tags: someTags(role.tags),
  RoleLastUsed: role.lastUsed ? { LastUsedDate: timeOf(role.lastUsed.at), Region: role.lastUsed.region } : {},
})

export const instanceProfileAnswer = (profile: InstanceProfile, role: Role | undefined): XmlContent => ({
  Path: profile.path, InstanceProfileName: profile.name, InstanceProfileId: profile.id, Arn: profile.arn, CreateDate: timeOf(profile.createdAt), Roles: role ? [roleInList(role)] : [],
  Tags: someTags(profile.tags),
})

export const policyInList = (policy: CustomerPolicy): { [name: string]: XmlContent | undefined } => ({
  PolicyName: policy.name, PolicyId: policy.id, Arn: policy.arn, Path: policy.path, DefaultVersionId: `v${policy.defaultVersion}`,
  AttachmentCount: policy.attachmentCount, PermissionsBoundaryUsageCount: policy.boundaryCount, IsAttachable: true,
  CreateDate: timeOf(policy.createdAt), UpdateDate: timeOf(policy.updatedAt),
})

export const policyAnswer = (policy: CustomerPolicy): XmlContent => ({ ...policyInList(policy), Description: policy.description, Tags: someTags(policy.tags) })

/** Policies of the catalogue are as old as can be, and have one version. */
const long = '2015-02-06T00:00:00Z'

export const managedInList = (policy: ManagedPolicy, used?: { attachments: number; boundaries: number }): { [name: string]: XmlContent | undefined } => ({
  PolicyName: policy.name, PolicyId: managedId(policy.arn), Arn: policy.arn, Path: policy.path, DefaultVersionId: 'v1',
  AttachmentCount: used?.attachments ?? 0, PermissionsBoundaryUsageCount: used?.boundaries ?? 0, IsAttachable: true, CreateDate: long, UpdateDate: long,
})

export const managedVersion = (policy: ManagedPolicy): { [name: string]: XmlContent | undefined } => ({ VersionId: 'v1', IsDefaultVersion: true, CreateDate: long, Document: documentOf(policy.document) })

/** An id of the usual form that is always the same for the same policy. */
function managedId(arn: string): string {
  const letters = [...Buffer.from(arn).toString('hex').toUpperCase()].toReversed().map((digit) => String.fromCharCode(65 + Number.parseInt(digit, 16)))
  return `ANPA${letters.slice(0, 16).join('')}`
}

export const versionAnswer = ({ number, document, isDefault, createdAt }: PolicyVersion, withDocument: boolean): { [name: string]: XmlContent | undefined } =>
  ({ VersionId: `v${number}`, IsDefaultVersion: isDefault, CreateDate: timeOf(createdAt), Document: withDocument ? documentOf(document) : undefined })

export const keyInList = (key: AccessKey, userName: string | undefined): { [name: string]: XmlContent | undefined } =>
  ({ UserName: userName, AccessKeyId: key.id, Status: key.active ? 'Active' : 'Inactive', CreateDate: timeOf(key.createdAt) })

export const attachedAnswer = (arn: string): XmlContent => ({ PolicyName: isManaged(arn) ? arn.slice(arn.lastIndexOf('/') + 1) : readIamArn(arn)?.name, PolicyArn: arn })

/** Spells a page: the list under its name, and how to go on. */
export const pageAnswer = <Item>(name: string, { items, next }: Page<Item>, spell: (item: Item) => XmlContent): { [name: string]: XmlContent | undefined } =>
  ({ [name]: items.map(spell), IsTruncated: next !== undefined, Marker: next === undefined ? undefined : markerOf(next) })
