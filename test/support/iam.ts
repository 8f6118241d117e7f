// Clients of the IAM API: the SDK with the keys of a root user, of an IAM user, or of a session.
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient, PutUserPolicyCommand } from '@aws-sdk/client-iam'
import { AccessKeys } from '../../src/domain/accounts/index.js'
import { Credentials, type AssumedRole } from '../../src/domain/credentials/index.js'
import { Sealer } from '../../src/platform/keys/index.js'
import type { TestApp } from './app.js'

export const management = '111122223333'
export const production = '444455556666'

export interface Keys {
  accessKeyId: string
  secretAccessKey: string
  sessionToken?: string
}

/** An SDK client that signs with these keys. */
export const clientOf = ({ origin }: Pick<TestApp, 'origin'>, credentials: Keys): IAMClient => new IAMClient({ endpoint: origin, region: 'us-east-1', credentials, maxAttempts: 1 })

/** Issues an access key to the root user of an account, as nobody can over the wire. */
export async function rootKeys({ database, settings }: TestApp, accountId = management): Promise<Keys> {
  const keys = new AccessKeys({ store: database, sealer: new Sealer(settings.secrets.masterKey, 'access keys'), clock: Date.now })
  const { id, secret } = await keys.issue({ accountId })
  return { accessKeyId: id, secretAccessKey: secret }
}

/** Makes an IAM user with a key, and a policy of its own where one is given. */
export async function userKeys(root: IAMClient, name: string, statements?: object[]): Promise<Keys> {
  await root.send(new CreateUserCommand({ UserName: name }))
  if (statements) await root.send(new PutUserPolicyCommand({ UserName: name, PolicyName: 'own', PolicyDocument: documentOf(...statements) }))
  const { AccessKey } = await root.send(new CreateAccessKeyCommand({ UserName: name }))
  return { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! }
}

/** Issues the keys of a role session. */
export function sessionKeys({ settings }: TestApp, principal: AssumedRole, policies: string[] = []): Keys {
  const credentials = new Credentials({ master: settings.secrets.masterKey, clock: Date.now, revocations: { check: () => 'in-force' } })
  const { accessKeyId, secretAccessKey, sessionToken } = credentials.issue({ principal, durationSeconds: 3600, policies })
  return { accessKeyId, secretAccessKey, sessionToken }
}

export const documentOf = (...statements: object[]): string => JSON.stringify({ Version: '2012-10-17', Statement: statements })

export const trusting = (principal: object = { AWS: `arn:aws:iam::${management}:root` }): string => documentOf({ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' })

export const admin = 'arn:aws:iam::aws:policy/AdministratorAccess'

/** What a refusal of the wire looks like to a test. */
export const refusal = (name: string, status: number): object => ({ name, $metadata: expect.objectContaining({ httpStatusCode: status }) as unknown })
