// Second factors of requests: a code of an authenticator app that the signer has, named by its serial number.
import { iamUserPrincipal, rootPrincipal, type AuthenticatorApps, type FactorTries } from '../authentication/index.js'
import { Refusal } from '../../platform/errors.js'
import type { Actor } from './actors.js'

export interface OfferedCode {
  serialNumber: string
  code: string
}

interface Device {
  kind: 'app' | 'passkey'
  id: string
  serial: string
}

export interface SecondFactorsOptions {
  devices: { listOf(accountId: string, owner: { principal: string; userName: string }): Promise<Device[]> }
  apps: Pick<AuthenticatorApps, 'prove'>
  tries: Pick<FactorTries, 'check' | 'failed' | 'succeeded'>
  clock: () => number
}

export class SecondFactors {
  constructor(private readonly options: SecondFactorsOptions) {}

  /** Proves a second factor of whoever signs with a long-term key, and returns when; refuses anything else. */
  async prove({ kind, accountId, userId, userName = 'root', session }: Actor, { serialNumber, code }: OfferedCode): Promise<number> {
    if (session || (kind !== 'iam-user' && kind !== 'root')) throw new Refusal('forbidden', 'MultiFactorAuthentication failed: temporary credentials cannot give an MFA code.')
    const { devices, apps, tries, clock } = this.options
    const principal = kind === 'root' ? rootPrincipal(accountId) : iamUserPrincipal(userId)
    const device = (await devices.listOf(accountId, { principal, userName })).find(({ kind: type, serial }) => type === 'app' && serial === serialNumber)
    if (!device) throw new Refusal('forbidden', 'MultiFactorAuthentication failed: the serial number is not of an authenticator app of the one who calls.')
    // Whoever has the key has tries of their own, so that they do not use up those of the sign-in pages.
    const one = { principal, challenge: principal, browser: 'access key' }
    await tries.check(one)
    await tries.failed(one)
    if ((await apps.prove(principal, code, device.id)).outcome !== 'proved') throw new Refusal('forbidden', 'MultiFactorAuthentication failed with an MFA code that is wrong or was used before.')
    await tries.succeeded(one)
    return clock()
  }
}
