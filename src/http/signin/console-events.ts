// The events of a sign-in at the console, as CloudTrail spells them of root users and IAM users. What succeeds in the end
// is recorded by whoever opens the session.
import type { Context } from 'koa'
import { hidden, type AuditEvent, type Outcome, type Trail } from '../../platform/audit/index.js'
import type { SignInAttempt } from '../../domain/sessions/index.js'
import type { Executor } from '../../platform/storage/database.js'
import { originOf } from '../middleware/front.js'
import { credentialTypes } from './events.js'
import type { AskedFor, SigninEvents } from './steps.js'

/** Of whom the events are, as far as it is known. */
export interface ConsoleIdentity {
  type: 'Root' | 'IAMUser'
  /** The account, where there is one by what was said. */
  accountId: string | undefined
  loginTo: string
}

const mfaTypes: Partial<Record<AskedFor, string>> = { otp: 'Virtual MFA', resync: 'Virtual MFA', swk: 'U2F MFA', hwk: 'U2F MFA', rec: 'Recovery code' }

/** What these changes are called in an account; others keep their names. */
const iamNames: Record<string, string> = {
  CompleteVirtualMfaDeviceRegistration: 'EnableMFADevice', CompleteWebAuthnDeviceRegistration: 'EnableMFADevice', UpdateMfaDeviceForUser: 'ResyncMFADevice',
}

export class ConsoleSignInEvents implements SigninEvents {
  constructor(private readonly trail: Trail, private readonly ctx: Context, private readonly attempt: SignInAttempt, private readonly identity: ConsoleIdentity) {}

  /** The console's events tell of answers only. */
  async challenged(): Promise<void> {}

  async verified(proof: AskedFor, outcome: Outcome, id: string | undefined, details: Record<string, unknown> = {}): Promise<void> {
    const common = { ...this.#common(id), outcome }
    await this.trail.record({
      ...common, eventName: 'CredentialVerification', additionalEventData: { AuthWorkflowID: this.attempt.workflowId, CredentialType: credentialTypes[proof], ...details },
      serviceEventDetails: { CredentialVerification: outcome },
    })
    const mfaType = mfaTypes[proof]
    if (mfaType) await this.trail.record({ ...common, eventName: 'CheckMfa', eventType: 'AwsConsoleSignIn', responseElements: { CheckMfa: outcome }, additionalEventData: { MfaType: mfaType } })
    if (outcome === 'Failure') await this.#failed(id, mfaType !== undefined)
  }

  async changed({ userId, requestParameters = {}, ...event }: AuditEvent, tx?: Executor): Promise<void> {
    const named = Object.fromEntries(Object.entries(requestParameters).map(([key, value]) => (key === 'userId' ? ['userName', this.#userName()] : [key, value])))
    const eventName = iamNames[event.eventName] ?? event.eventName
    await (tx ? this.trail.within(tx) : this.trail).record({ ...event, ...this.#common(userId), eventName, eventSource: 'iam.amazonaws.com', eventType: 'AwsApiCall', requestParameters: named })
  }

  async passwordReplaced(id: string, tx: Executor): Promise<void> {
    const common = this.#common(id)
    const within = this.trail.within(tx)
    if (this.identity.type === 'Root') await within.record({ ...common, eventName: 'PasswordUpdated', eventType: 'AwsConsoleSignIn', responseElements: { PasswordUpdated: 'Success' } })
    else await within.record({ ...common, eventName: 'ChangePassword', eventSource: 'iam.amazonaws.com', eventType: 'AwsApiCall' })
  }

  async authenticated(): Promise<void> {}

  /** A name that nobody has stays out of the trail: people type passwords there. */
  async #failed(id: string | undefined, usedMfa: boolean): Promise<void> {
    await this.trail.record({
      ...this.#common(id), outcome: 'Failure', eventName: 'ConsoleLogin', eventType: 'AwsConsoleSignIn', responseElements: { ConsoleLogin: 'Failure' },
      errorMessage: id === undefined && this.identity.type === 'IAMUser' ? 'No username found in supplied account' : 'Failed authentication',
      additionalEventData: { LoginTo: this.identity.loginTo, MobileVersion: 'No', MFAUsed: usedMfa ? 'Yes' : 'No' },
    })
  }

  #common(id: string | undefined): Pick<AuditEvent, 'origin' | 'eventSource' | 'accountId' | 'userIdentity'> {
    const { type } = this.identity
    const accountId = type === 'Root' ? id : this.identity.accountId
    const who = type === 'Root'
      ? (id ? { principalId: id, arn: `arn:aws:iam::${id}:root` } : { userName: hidden })
      : { ...(id && { principalId: id }), userName: id ? this.attempt.userName : hidden }
    return { origin: originOf(this.ctx), eventSource: 'signin.amazonaws.com', ...(accountId && { accountId }), userIdentity: { type, ...who, ...(accountId && { accountId }), accessKeyId: '' } }
  }

  #userName = (): string | undefined => (this.identity.type === 'Root' ? 'AWS ROOT USER' : this.attempt.userName)
}
