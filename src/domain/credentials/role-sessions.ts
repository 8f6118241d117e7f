// Role sessions: what a workforce user gets for a permission set in an account, and the event that says so.
import type { RequestOrigin, Trail } from '../../platform/audit/index.js'
import type { Clock } from '../../platform/clock.js'
import { Refusal } from '../../platform/errors.js'
import type { Credentials, TemporaryCredentials } from './credentials.js'
import { assumedRoleArn, reservedRole, sessionNameOf } from './reserved-role.js'

/** A permission set as this room needs to know it. */
interface HeldRole {
  id: string
  name: string
  /** Seconds. */
  sessionDuration: number
  relayState: string | undefined
  /** The grant for a time that it is held by, where nothing else gives it. */
  grant?: { requestId: string; endsAt: Date }
}

export interface RoleSession {
  credentials: TemporaryCredentials
  accountId: string
  permissionSet: string
  permissionSetId: string
  roleName: string
  /** `AROA…` */
  roleId: string
  roleArn: string
  sessionName: string
  /** The assumed role's ARN. */
  arn: string
  relayState: string | undefined
  tags: Readonly<Record<string, string>>
}

interface RoleSessionsOptions {
  /** Returns the permission set that a user holds in an account, or refuses. */
  requireRole: (userId: string, accountId: string, permissionSet: string) => Promise<HeldRole>
  /** The tags of a user's sessions. */
  tagsOf: (userId: string) => Promise<Record<string, string>>
  /** Keeps what is issued under a grant, to be revoked with it; false where the grant has ended. */
  recordSession: (session: { requestId: string; accessKeyId: string }, expiresAt: Date, now: Date) => Promise<boolean>
  directoryId: () => Promise<string>
  credentials: Pick<Credentials, 'issue'>
  clock: Clock
  region: string
  trail: Trail
}

export class RoleSessions {
  constructor(private readonly options: RoleSessionsOptions) {}

  /** Issues the credentials of a role that a user holds; `purpose` names the event: keys to copy or use, or a console session. */
  async issue(
    user: { id: string; userName: string },
    role: { accountId: string; permissionSet: string },
    purpose: 'GetRoleCredentials' | 'Federate',
    origin: RequestOrigin,
  ): Promise<RoleSession> {
    const { directoryId, credentials, region } = this.options
    const permissionSet = await this.#requireRole(user, role, purpose, origin)
    const { name: roleName, id: roleId, arn: roleArn } = reservedRole({ directoryId: await directoryId(), accountId: role.accountId, permissionSet, region })
    const principal = {
      kind: 'assumed-role' as const, accountId: role.accountId, roleName, roleId, sessionName: sessionNameOf(user.userName),
      permissionSet: { id: permissionSet.id, name: permissionSet.name }, userId: user.id,
    }
    const tags = await this.options.tagsOf(user.id)
    const issued = credentials.issue({ principal, durationSeconds: this.#lifeOf(permissionSet), tags })
    if (permissionSet.grant) await this.#keepUnder(permissionSet.grant, issued)
    await this.#record(user, { accountId: role.accountId, permissionSet }, purpose, issued, origin)
    return {
      credentials: issued, accountId: role.accountId, permissionSet: permissionSet.name, permissionSetId: permissionSet.id, roleName, roleId, roleArn,
      sessionName: principal.sessionName, arn: assumedRoleArn(principal), relayState: permissionSet.relayState, tags,
    }
  }

  /** Seconds: credentials never outlive the grant they are issued under. */
  #lifeOf({ sessionDuration, grant }: HeldRole): number {
    if (!grant) return sessionDuration
    const left = Math.floor((grant.endsAt.getTime() - this.options.clock()) / 1000)
    if (left < 1) throw over()
    return Math.min(sessionDuration, left)
  }

  async #keepUnder({ requestId }: { requestId: string }, { accessKeyId, expiration }: TemporaryCredentials): Promise<void> {
    const isKept = await this.options.recordSession({ requestId, accessKeyId }, new Date(expiration), new Date(this.options.clock()))
    if (!isKept) throw over()
  }

  async #requireRole(user: { id: string }, { accountId, permissionSet }: { accountId: string; permissionSet: string }, purpose: string, origin: RequestOrigin): Promise<HeldRole> {
    try {
      return await this.options.requireRole(user.id, accountId, permissionSet)
    } catch (error) {
      if (error instanceof Refusal && error.code === 'forbidden') {
        await this.options.trail.record({
          eventName: purpose, eventSource: 'sso.amazonaws.com', eventType: 'AwsApiCall', errorCode: 'ForbiddenException', origin, userId: user.id,
          serviceEventDetails: { role_name: permissionSet, account_id: accountId },
        })
      }
      throw error
    }
  }

  async #record(user: { id: string }, { accountId, permissionSet: { name, grant } }: { accountId: string; permissionSet: HeldRole }, eventName: string, issued: TemporaryCredentials, origin: RequestOrigin): Promise<void> {
    await this.options.trail.record({
      eventName,
      eventSource: 'sso.amazonaws.com',
      eventType: 'AwsApiCall',
      origin,
      userId: user.id,
      accountId,
      accessKeyId: issued.accessKeyId,
      responseElements: { credentials: { accessKeyId: issued.accessKeyId, expiration: new Date(issued.expiration).toISOString() } },
      serviceEventDetails: { role_name: name, account_id: accountId },
      ...(grant && { additionalEventData: { accessRequestId: grant.requestId } }),
    })
  }
}

const over = (): Refusal => new Refusal('forbidden', 'The time that this access was granted for is over.')
