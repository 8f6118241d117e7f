// What operations are about: the instance, and what is in it, found by ARN.
import {
  applicationArn, idOfArn, instanceArn, permissionSetArn, trustedTokenIssuerArn, type Application, type PermissionSet, type TrustedTokenIssuer,
} from '../../../domain/access/index.js'
import type { Organization } from '../../../domain/settings/index.js'
import type { Scope } from '../protocol/json-operation.js'
import { resourceTags, type Target } from '../protocol/operation.js'
import type { SsoAdminRooms } from './rooms.js'

type Here = Scope<SsoAdminRooms>

export interface InstanceInput {
  InstanceArn: string
}

/** The instance; there is one. */
export async function toInstance({ InstanceArn }: InstanceInput, { rooms }: Here): Promise<Target<Organization>> {
  const organization = await rooms.organization()
  const isOurs = instanceArn(organization.id) === InstanceArn
  return { arn: InstanceArn, found: isOurs ? organization : undefined, missing: `There is no instance ${InstanceArn}.` }
}

/** A permission set of the instance; policies are asked about both. */
export async function toPermissionSet({ InstanceArn, PermissionSetArn }: InstanceInput & { PermissionSetArn: string }, { rooms }: Here): Promise<Target<PermissionSet>> {
  const { id } = await rooms.organization()
  const setId = idOfArn(PermissionSetArn)
  const isOurs = instanceArn(id) === InstanceArn && permissionSetArn(id, setId) === PermissionSetArn
  const found = isOurs ? await rooms.permissionSets.find(setId) : undefined
  return { arn: PermissionSetArn, also: [InstanceArn], found, missing: `There is no permission set ${PermissionSetArn}.`, ...(found && { context: resourceTags(found.tags) }) }
}

/** The same together with an account in which it is used. */
export async function toPlace(input: InstanceInput & { PermissionSetArn: string; accountId: string }, scope: Here): Promise<Target<PermissionSet>> {
  const target = await toPermissionSet(input, scope)
  return { ...target, also: [...target.also ?? [], accountArn(input.accountId)] }
}

export const accountArn = (accountId: string): string => `arn:aws:sso:::account/${accountId}`

/** An application, told by its ARN alone. */
export async function toApplication({ ApplicationArn }: { ApplicationArn: string }, { rooms, accountId }: Here): Promise<Target<Application>> {
  const { id: directoryId } = await rooms.organization()
  const id = idOfArn(ApplicationArn).replace(/^apl-/, 'app-')
  const found = applicationArn({ directoryId, accountId }, id) === ApplicationArn ? await rooms.applications.find(id) : undefined
  return { arn: ApplicationArn, found, missing: `There is no application ${ApplicationArn}.`, ...(found && { context: resourceTags(found.settings.tags) }) }
}

export async function toIssuer({ TrustedTokenIssuerArn }: { TrustedTokenIssuerArn: string }, { rooms, accountId }: Here): Promise<Target<TrustedTokenIssuer>> {
  const { id: directoryId } = await rooms.organization()
  const id = idOfArn(TrustedTokenIssuerArn)
  const found = trustedTokenIssuerArn({ directoryId, accountId }, id) === TrustedTokenIssuerArn ? await rooms.issuers.find(id) : undefined
  return { arn: TrustedTokenIssuerArn, found, missing: `There is no trusted token issuer ${TrustedTokenIssuerArn}.`, ...(found && { context: resourceTags(found.tags) }) }
}
