// The events of one sign-in, joined by its AuthWorkflowID; the person's name is in the first only.
import type { Context } from 'koa'
import { hidden, type Outcome, type Trail } from '../../platform/audit/index.js'
import type { SignInAttempt } from '../../domain/sessions/index.js'
import { originOf } from '../middleware/front.js'

const credentialTypes: Record<string, string> = { pwd: 'PASSWORD', hwk: 'WEBAUTHN', swk: 'WEBAUTHN' }

export class SignInEvents {
  constructor(private readonly trail: Trail, private readonly ctx: Context, private readonly attempt: SignInAttempt) {}

  /** A proof was asked for. A name that nobody has stays out of the trail: people type passwords there. */
  async challenged(proof: string, user: { id: string; userName: string } | undefined): Promise<void> {
    await this.#record('CredentialChallenge', 'Success', { CredentialType: credentialTypes[proof], UserName: user?.userName ?? hidden }, user?.id)
  }

  async verified(proof: string, outcome: Outcome, userId: string | undefined, details: Record<string, unknown> = {}): Promise<void> {
    await this.#record('CredentialVerification', outcome, { CredentialType: credentialTypes[proof], ...details }, userId)
  }

  async passwordReplaced(userId: string): Promise<void> {
    await this.trail.record({ eventName: 'UpdatePassword', eventSource: 'sso-directory.amazonaws.com', origin: originOf(this.ctx), userId, additionalEventData: { AuthWorkflowID: this.attempt.workflowId } })
  }

  async authenticated(loginTo: string): Promise<void> {
    await this.#record('UserAuthentication', 'Success', { LoginTo: loginTo, CredentialType: [...new Set(this.attempt.proofs.flatMap((proof) => credentialTypes[proof] ?? []))].join(',') }, this.attempt.userId)
  }

  async #record(eventName: string, outcome: Outcome, details: Record<string, unknown>, userId: string | undefined): Promise<void> {
    await this.trail.record({
      eventName,
      eventSource: 'signin.amazonaws.com',
      outcome,
      origin: originOf(this.ctx),
      ...(userId && { userId }),
      additionalEventData: { AuthWorkflowID: this.attempt.workflowId, ...details },
      serviceEventDetails: { [eventName]: outcome },
    })
  }
}
