// A small server with the root of the AWS wire, and credentials issued for it.
import { randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import Koa from 'koa'
import { Credentials, type AssumedRole } from '../../src/domain/credentials/index.js'
import { callerLookUp, rootDoor } from '../../src/http/aws/protocol/index.js'
import { getCallerIdentity } from '../../src/http/aws/sts/get-caller-identity.js'
import { stsNamespace, stsVersion } from '../../src/http/aws/sts/namespace.js'
import { MasterKey } from '../../src/platform/keys/master-key.js'

export const principal: AssumedRole = {
  kind: 'assumed-role',
  accountId: '111122223333',
  roleName: 'AWSReservedSSO_AdministratorAccess_0123456789abcdef',
  roleId: 'AROAABCDEFGHIJKLMNOPQ',
  sessionName: 'ana@example.com',
  userId: '906f2d10-0000-4000-8000-000000000001',
}

/** The root of the wire with GetCallerIdentity alone, for sessions. */
export const identityDoor = ({ credentials, clock, log }: { credentials: Credentials; clock: () => number; log: { error(...args: unknown[]): void } }) => rootDoor({
  services: [{ name: 'sts', version: stsVersion, xmlns: stsNamespace, operations: { GetCallerIdentity: getCallerIdentity } }], lookUp: callerLookUp({ credentials }), clock, log,
})

/** Starts a server that speaks STS, with a clock that can be moved and a switch for revocation. */
export async function startSts() {
  const state = { ahead: 0, revoked: false, failure: undefined as Error | undefined }
  const clock = () => Date.now() + state.ahead
  const check = () => {
    if (state.failure) throw state.failure
    return state.revoked ? 'revoked' as const : 'in-force' as const
  }
  const credentials = new Credentials({ master: new MasterKey(randomBytes(32)), clock, revocations: { check } })
  const logged: unknown[] = []
  const app = new Koa()
  app.use((ctx, next) => {
    ctx.set('date', new Date(clock()).toUTCString())
    return next()
  })
  app.use(identityDoor({ credentials, clock, log: { error: (...args: unknown[]) => void logged.push(args) } }))
  const server = app.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  return {
    state, credentials, logged, clock,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((resolve) => {
      server.closeAllConnections()
      server.close(resolve)
    }),
  }
}
