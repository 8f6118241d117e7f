// Clients of the SSO Admin API, and whom they act for.
import { SSOAdminClient } from '@aws-sdk/client-sso-admin'
import { instanceArn, permissionSetArn } from '../../src/domain/access/index.js'
import { reservedRole } from '../../src/domain/credentials/index.js'
import type { TestApp } from './app.js'
import { management, sessionKeys, type Keys } from './iam.js'

export const directoryId = 'd-0123456789'
export const InstanceArn = instanceArn(directoryId)

/** An SDK client that signs with these keys. */
export const adminClient = ({ origin }: Pick<TestApp, 'origin'>, credentials: Keys): SSOAdminClient => new SSOAdminClient({ endpoint: origin, region: 'us-east-1', credentials, maxAttempts: 1 })

/** What a refusal looks like to a test. */
export const refused = (name: string, message?: RegExp): object => ({ name, $metadata: expect.objectContaining({ httpStatusCode: 400 }) as unknown, ...(message && { message: expect.stringMatching(message) as unknown }) })

export async function idOf({ database }: TestApp, table: 'permission_sets' | 'users' | 'groups', name: string): Promise<string> {
  const column = { permission_sets: 'name', users: 'user_name', groups: 'display_name' }[table]
  const [row] = await database.query<{ id: string }>(`select id from ${table} where ${column} = $1`, [name])
  return row!.id
}

export const setArn = async (app: TestApp, name: string): Promise<string> => permissionSetArn(directoryId, await idOf(app, 'permission_sets', name))

/** The keys of somebody who acts with a permission set in an account. */
export async function setKeys(app: TestApp, name: string, accountId = management): Promise<Keys> {
  const permissionSet = { id: await idOf(app, 'permission_sets', name), name }
  const role = reservedRole({ directoryId, accountId, permissionSet, region: 'us-east-1' })
  return sessionKeys(app, { kind: 'assumed-role', accountId, roleName: role.name, roleId: role.id, sessionName: 'sam', permissionSet })
}
