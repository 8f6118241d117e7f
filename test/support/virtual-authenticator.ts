// Chromium's virtual authenticator: passkeys without a device, and the faults it can be given.
import type { CDPSession, Page } from 'playwright-core'

interface StoredCredential {
  credentialId: string
  isResidentCredential: boolean
  rpId?: string
  privateKey: string
  userHandle?: string
  signCount: number
}

export class VirtualAuthenticator {
  private constructor(private readonly session: CDPSession, private readonly id: string) {}

  /** Plugs one into a page; its owner confirms everything at once, and by a PIN or a finger unless told. */
  static async plugIn(page: Page, { transport = 'internal', resident = true, verifies = true } = {}): Promise<VirtualAuthenticator> {
    const session = await page.context().newCDPSession(page)
    await session.send('WebAuthn.enable')
    const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
      options: { protocol: 'ctap2', ctap2Version: 'ctap2_1', transport: transport as 'internal' | 'usb', hasResidentKey: resident, hasUserVerification: verifies, isUserVerified: verifies, automaticPresenceSimulation: true },
    })
    return new VirtualAuthenticator(session, authenticatorId)
  }

  async credentials(): Promise<StoredCredential[]> {
    return (await this.session.send('WebAuthn.getCredentials', { authenticatorId: this.id })).credentials
  }

  /** Puts credentials of another authenticator into this one, as a thief would who copied them. */
  async put(credentials: StoredCredential[]): Promise<void> {
    for (const credential of credentials) await this.session.send('WebAuthn.addCredential', { authenticatorId: this.id, credential })
  }

  async clear(): Promise<void> {
    await this.session.send('WebAuthn.clearCredentials', { authenticatorId: this.id })
  }

  /** Says whether the PIN or finger is right from now on. */
  async verifies(isUserVerified: boolean): Promise<void> {
    await this.session.send('WebAuthn.setUserVerified', { authenticatorId: this.id, isUserVerified })
  }

  /** Says whether its owner touches it at once. */
  async isTouched(enabled: boolean): Promise<void> {
    await this.session.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId: this.id, enabled })
  }

  async unplug(): Promise<void> {
    await this.session.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId: this.id })
  }
}
