// Clients of STS: the SDK with keys of any kind, and roles to act as.
import { CreateRoleCommand, PutRolePolicyCommand, type IAMClient } from '@aws-sdk/client-iam'
import { AssumeRoleCommand, STSClient, type AssumeRoleCommandInput, type Credentials } from '@aws-sdk/client-sts'
import type { TestApp } from './app.js'
import { documentOf, management, type Keys } from './iam.js'

/** An SDK client of STS that signs with these keys. */
export const stsOf = ({ origin }: Pick<TestApp, 'origin'>, { accessKeyId, secretAccessKey, sessionToken }: Keys): STSClient =>
  new STSClient({ endpoint: origin, region: 'us-east-1', credentials: { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) }, maxAttempts: 1 })

/** The keys that an answer gives. */
export const keysOf = ({ Credentials: given }: { Credentials?: Credentials | undefined }): Keys =>
  ({ accessKeyId: given!.AccessKeyId!, secretAccessKey: given!.SecretAccessKey!, sessionToken: given!.SessionToken! })

interface RoleOptions {
  /** Statements of the trust policy. */
  trust: object[]
  /** Statements of a policy of its own. */
  may?: object[]
  maxSessionDuration?: number
  tags?: Record<string, string>
  path?: string
}

/** Makes a role and returns its ARN. */
export async function makeRole(root: IAMClient, name: string, { trust, may, maxSessionDuration, tags = {}, path }: RoleOptions): Promise<string> {
  const { Role } = await root.send(new CreateRoleCommand({
    RoleName: name, Path: path, AssumeRolePolicyDocument: documentOf(...trust), MaxSessionDuration: maxSessionDuration, Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
  }))
  if (may) await root.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: 'own', PolicyDocument: documentOf(...may) }))
  return Role!.Arn!
}

/** A statement that trusts a principal. */
export const trusts = (principal: string | string[], more: object = {}): object => ({ Effect: 'Allow', Principal: { AWS: principal }, Action: 'sts:AssumeRole', ...more })

/** A statement that lets somebody assume roles. */
export const mayAssume = (Resource: string | string[] = '*', Action: string | string[] = 'sts:AssumeRole'): object => ({ Effect: 'Allow', Action, Resource })

export const userArn = (name: string, accountId = management): string => `arn:aws:iam::${accountId}:user/${name}`
export const rootOf = (accountId = management): string => `arn:aws:iam::${accountId}:root`

export const assume = (client: STSClient, RoleArn: string, more: Partial<AssumeRoleCommandInput> = {}) => client.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'session', ...more }))
