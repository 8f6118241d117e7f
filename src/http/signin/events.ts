// The events of one sign-in, joined by its AuthWorkflowID; the person's name is in the first only.
import type { Context } from 'koa'
import { hidden, type AuditEvent, type Outcome, type Trail } from '../../platform/audit/index.js'
import type { SignInAttempt } from '../../domain/sessions/index.js'
import type { Executor } from '../../platform/storage/database.js'
import { originOf } from '../middleware/front.js'
import type { AskedFor, SigninEvents } from './steps.js'

/** What CloudTrail calls each way. */
export const credentialTypes: Record<AskedFor, string> = { resync: 'RESYNC_TOTP', pwd: 'PASSWORD', otp: 'TOTP', swk: 'WEBAUTHN', hwk: 'WEBAUTHN', user: 'WEBAUTHN', mca: 'EMAIL_OTP', rec: 'RECOVERY_CODE', ext: 'EXTERNAL_IDP', exm: 'EXTERNAL_IDP' }

export class SignInEvents implements SigninEvents {
  constructor(private readonly trail: Trail, private readonly ctx: Context, private readonly attempt: SignInAttempt, private readonly loginTo: string) {}

  /** A proof was asked for. A name that nobody has stays out of the trail: people type passwords there. */
  async challenged(proof: AskedFor, user: { id: string; userName: string } | undefined): Promise<void> {
    await this.#record('CredentialChallenge', 'Success', { CredentialType: credentialTypes[proof], UserName: user?.userName ?? hidden }, user?.id)
  }

  async verified(proof: AskedFor, outcome: Outcome, userId: string | undefined, details: Record<string, unknown> = {}): Promise<void> {
    await this.#record('CredentialVerification', outcome, { CredentialType: credentialTypes[proof], ...details }, userId)
  }

  /** Something about the person's factors changed on the way in. */
  async changed(event: AuditEvent, tx?: Executor): Promise<void> {
    await (tx ? this.trail.within(tx) : this.trail).record({ ...event, origin: originOf(this.ctx), additionalEventData: { AuthWorkflowID: this.attempt.workflowId } })
  }

  async passwordReplaced(userId: string, tx: Executor): Promise<void> {
    await this.changed({ eventName: 'UpdatePassword', eventSource: 'sso-directory.amazonaws.com', userId }, tx)
  }

  async authenticated(): Promise<void> {
    await this.#record('UserAuthentication', 'Success', { LoginTo: this.loginTo, CredentialType: [...new Set(this.attempt.proofs.map(({ way }) => credentialTypes[way]))].join(','), ...(this.attempt.breakGlass && { BreakGlass: true }) }, this.attempt.userId)
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
