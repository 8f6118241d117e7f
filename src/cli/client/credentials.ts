// `gatehouse credentials`: temporary credentials of a permission set, for a shell, a program, or the AWS
// clients' `credential_process`.
import { parseArgs } from 'node:util'
import { Refusal } from '../../platform/errors.js'
import { accountIdOf } from './accounts.js'
import type { Io } from './io.js'
import { targetOf, targetOptions } from './target.js'
import { getAccessToken } from './token-cache.js'
import { roleCredentials, type RoleCredentials } from './wire.js'

export const credentialsUsage = `gatehouse credentials --account ACCOUNT --permission-set NAME [--format env|json|process]

Prints temporary credentials.

  --account ACCOUNT       id or name of the account
  --permission-set NAME   name of the permission set
  --format env            for a shell: eval "$(gatehouse credentials …)" (the default)
  --format json           for a program
  --format process        for credential_process in ~/.aws/config`

const quoted = (value: string): string => `'${value.replaceAll("'", `'\\''`)}'`

const formats: Record<string, (credentials: RoleCredentials, expiration: string) => string> = {
  env: ({ accessKeyId, secretAccessKey, sessionToken }, expiration) => [
    `export AWS_ACCESS_KEY_ID=${quoted(accessKeyId)}`,
    `export AWS_SECRET_ACCESS_KEY=${quoted(secretAccessKey)}`,
    `export AWS_SESSION_TOKEN=${quoted(sessionToken)}`,
    `export AWS_CREDENTIAL_EXPIRATION=${quoted(expiration)}`,
  ].join('\n'),
  json: (credentials, expiration) => JSON.stringify(fields(credentials, expiration), null, 2),
  process: (credentials, expiration) => JSON.stringify({ Version: 1, ...fields(credentials, expiration) }),
}

const fields = ({ accessKeyId, secretAccessKey, sessionToken }: RoleCredentials, expiration: string) =>
  ({ AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken, Expiration: expiration })

/** Prints credentials. */
export async function credentials(argv: readonly string[], io: Io): Promise<void> {
  const { values } = parseArgs({
    args: [...argv],
    options: { ...targetOptions, 'account': { type: 'string' }, 'permission-set': { type: 'string' }, 'format': { type: 'string', default: 'env' } },
  })
  if (values.help) return io.out(credentialsUsage)
  const { account, 'permission-set': permissionSet, format } = values
  const print = Object.hasOwn(formats, format) ? formats[format] : undefined
  if (!account || !permissionSet) throw new Refusal('invalid-input', `An account and a permission set are needed.\n\n${credentialsUsage}`)
  if (!print) throw new Refusal('invalid-input', `The formats are ${Object.keys(formats).join(', ')}.`)
  const target = await targetOf(values, io)
  const accessToken = await getAccessToken(target, io)
  const accountId = await accountIdOf(account, target, async () => accessToken)
  const found = await roleCredentials(target.endpoint, accessToken, accountId, permissionSet)
  io.out(print(found, new Date(found.expiration).toISOString().replace(/\.\d+Z$/, 'Z')))
}
