// Assertions that were used: each one counts once, in all processes.
import { createHash } from 'node:crypto'
import type { Clock } from '../../platform/clock.js'
import type { EphemeralStore } from '../../platform/storage/ephemeral.js'
import { refuseSaml } from './saml-refusal.js'
import { SamlResponse, type SamlAssertion, type SamlExpectations } from './saml-response.js'

export interface SamlAssertionsOptions {
  store: Pick<EphemeralStore, 'add'>
  clock: Clock
}

export class SamlAssertions {
  constructor(private readonly options: SamlAssertionsOptions) {}

  /** Proves a response that nobody used before, and uses it up. Throws `SamlRefusal`. */
  async prove(base64: string, expected: Omit<SamlExpectations, 'now'>): Promise<SamlAssertion> {
    const assertion = SamlResponse.open(base64).prove({ ...expected, now: this.options.clock() })
    await this.redeem(assertion)
    return assertion
  }

  /** Uses a proved assertion up: true for one caller, so that the others are refused; while the store does not answer, everybody is. */
  async redeem({ issuer, id, expiresAt }: Pick<SamlAssertion, 'issuer' | 'id' | 'expiresAt'>): Promise<void> {
    const ttl = Math.max(1, Math.ceil((expiresAt - this.options.clock()) / 1000) + 1)
    const key = createHash('sha256').update(JSON.stringify([issuer, id])).digest('base64url')
    if (!await this.options.store.add(`saml-used:${key}`, '1', { ttl })) refuseSaml('replayed', 'the assertion was used already')
  }
}
