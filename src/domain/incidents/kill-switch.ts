// The kill switch: ends in one action what was given to a person, or under a permission set or in an account, as often as
// one likes, and says what it ended and what it could not reach. Standing assignments stay: who still has them may come back.
import { reservedRole, type IssuedTo, type Revocation, type RevocationSubject } from '../credentials/index.js'
import { Users } from '../directory/index.js'
import type { Administering } from '../requests/index.js'
import { Refusal } from '../../platform/errors.js'
import { nothing, type Accessed, type Ended, type KillSwitchOptions, type Telling } from './ended.js'
import { countActiveKeys, foresee, type Culprit } from './foresight.js'
import { countKeys, listGoodKeys } from './good-keys.js'

export class KillSwitch {
  constructor(private readonly options: KillSwitchOptions) {}

  /** Says what would be ended now, and ends nothing. */
  foresee(of: Culprit): Promise<{ name: string; accountName: string | undefined; ends: Ended }> {
    return foresee(of, this.options)
  }

  /** Ends everything of a person, who may be disabled as well, first, so that nobody comes back in meanwhile. */
  async ofPerson(userId: string, by: Administering, { disable = false, reason = '' }: { disable?: boolean; reason?: string } = {}): Promise<Ended> {
    const { database, sessions, access } = this.options
    const users = new Users(database)
    const user = await users.get(userId)
    const disabled = disable && user.active
    if (disabled) await users.update([{ ...user, active: false }])
    const [open, accesses] = [await sessions.list(userId), await access.list(userId)]
    const subjects: RevocationSubject[] = [{ kind: 'user', subject: userId }]
    const keys = await this.#revoke(subjects, { userId }, by)
    const telling = await sessions.endAll(userId)
    for (const { id } of accesses) await access.revoke(userId, id)
    const grants = await this.options.requests.endAll({ userId }, by, reason)
    const applications = accesses.filter(({ kind }) => kind === 'application')
    const ended = {
      portalSessions: open.length, applications: applications.length, commandLines: accesses.length - applications.length,
      ...keys, grants: grants.length, disabled, unreached: { applications: await this.#unreached(userId, applications, telling), accessKeys: 0 },
    }
    await this.#record(by, { userId, userName: user.userName, disable, reason }, ended)
    return ended
  }

  /** The names of applications that did not hear that the person is signed out. */
  async #unreached(userId: string, applications: readonly Accessed[], ofSessions: readonly Telling[]): Promise<string[]> {
    const withoutSession = applications.map(({ clientId }) => clientId).filter((id) => !ofSessions.some(({ clientId }) => clientId === id))
    const telling = [...ofSessions, ...await this.options.tell(userId, withoutSession)]
    const heard = await Promise.all(telling.map((one) => one.heard))
    return applications.filter(({ clientId }) => {
      const answers = heard.filter((_, n) => telling[n]!.clientId === clientId)
      return answers.length === 0 || answers.includes(false)
    }).map(({ name }) => name)
  }

  /** Ends the role sessions of a permission set, everywhere or in one account. */
  async ofPermissionSet(permissionSetId: string, by: Administering, { accountId, reason = '' }: { accountId?: string; reason?: string } = {}): Promise<Ended> {
    const { database } = this.options
    const [set] = await database.query<{ id: string; name: string }>('select id, name from permission_sets where id = $1', [permissionSetId])
    if (!set) throw new Refusal('not-found', 'There is no such permission set.')
    const accounts = await database.query<{ id: string }>('select id from accounts where $1::char(12) is null or id = $1', [accountId ?? null])
    if (accounts.length === 0) throw new Refusal('not-found', 'There is no such account.')
    const subjects = await this.#rolesOf(accounts.map(({ id }) => ({ accountId: id, permissionSet: set })))
    const keys = await this.#revoke(subjects, { permissionSet: set.name, ...(accountId !== undefined && { accountId }) }, by)
    const grants = await this.options.requests.endAll({ permissionSetId, ...(accountId !== undefined && { accountId }) }, by, reason)
    const ended = { ...nothing(), ...keys, grants: grants.length }
    await this.#record(by, { permissionSetId, permissionSet: set.name, ...(accountId !== undefined && { accountId }), reason }, ended)
    return ended
  }

  /** Ends everybody's sessions in an account: of roles, of its users and of its root user. */
  async ofAccount(accountId: string, by: Administering, { reason = '' }: { reason?: string } = {}): Promise<Ended> {
    const { database } = this.options
    const [account] = await database.query<{ name: string }>('select name from accounts where id = $1', [accountId])
    if (!account) throw new Refusal('not-found', 'There is no such account.')
    const sets = await database.query<{ id: string; name: string }>('select id, name from permission_sets')
    const inside = await database.query<{ id: string; kind: string }>(`select id, kind from iam_entities where account_id = $1 and kind in ('user', 'role')`, [accountId])
    const subjects: RevocationSubject[] = [
      ...await this.#rolesOf(sets.map((permissionSet) => ({ accountId, permissionSet }))), { kind: 'user', subject: accountId },
      ...inside.map(({ id, kind }): RevocationSubject => ({ kind: kind === 'role' ? 'role' : 'user', subject: id })),
    ]
    const keys = await this.#revoke(subjects, { accountId }, by)
    const grants = await this.options.requests.endAll({ accountId }, by, reason)
    const ended = { ...nothing(), ...keys, grants: grants.length, unreached: { applications: [], accessKeys: await countActiveKeys(this.options, accountId) } }
    await this.#record(by, { accountId, reason }, ended)
    return ended
  }

  async #rolesOf(roles: { accountId: string; permissionSet: { id: string; name: string } }[]): Promise<RevocationSubject[]> {
    const directoryId = await this.options.directoryId()
    return roles.map(({ accountId, permissionSet }) => ({ kind: 'role', subject: reservedRole({ directoryId, accountId, permissionSet, region: this.options.region }).id }))
  }

  /** Revokes for whom they are, and each key by itself, because some were made with others; counts those that were still good. */
  async #revoke(subjects: RevocationSubject[], to: IssuedTo, by: Administering): Promise<Pick<Ended, 'consoleSessions' | 'credentials'>> {
    const { revocations, clock } = this.options
    const good = await listGoodKeys(to, this.options)
    const issuedBefore = clock()
    const marks = [...subjects, ...good.map(({ accessKeyId }): RevocationSubject => ({ kind: 'session', subject: accessKeyId }))].map((subject): Revocation => ({ ...subject, issuedBefore, by: by.name }))
    await revocations.revokeAll(marks)
    return countKeys(good)
  }

  #record({ userIdentity, userId, origin }: Administering, whose: Record<string, unknown>, ended: Ended): Promise<void> {
    const accountId = whose.accountId as string | undefined
    return this.options.trail.record({
      eventName: 'RevokeAccess', eventSource: 'sso.amazonaws.com', origin, userIdentity, ...(userId !== undefined && { userId }), ...(accountId !== undefined && { accountId }),
      requestParameters: whose, responseElements: { ...ended }, ...(ended.disabled && { change: { before: { userStatus: 'ENABLED' }, after: { userStatus: 'DISABLED' } } }),
    })
  }
}
