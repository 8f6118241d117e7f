// IAM users: people and programs inside of one account.
import { forgetPrincipals, iamUserPrincipal } from '../authentication/index.js'
import { newIamId } from '../../platform/ids.js'
import type { Executor, Row } from '../../platform/storage/database.js'
import { Entities, entityOf, type Entity } from './entities.js'
import { refuseInUse } from './in-use.js'
import type { Tags } from './tags.js'

export interface IamUser extends Entity {
  kind: 'user'
  passwordLastUsed: Date | undefined
}

export interface NewIamUser {
  id?: string
  accountId: string
  name: string
  path: string
  boundary?: string | undefined
  tags?: Tags
}

const uses = `
  select (select count(*) from iam_attachments where entity_id = $1)::int as "policies attached to it", (select count(*) from iam_inline_policies where entity_id = $1)::int as "policies of its own",
    (select count(*) from iam_group_members where user_id = $1)::int as "groups it is in", (select count(*) from iam_access_keys where user_id = $1)::int as "access keys",
    (select count(*) from passwords where principal = $2)::int as "a login profile",
    (select count(*) from authenticator_apps where principal = $2)::int + (select count(*) from passkeys where principal = $2)::int as "MFA devices"`

export class IamUsers extends Entities<IamUser, NewIamUser> {
  constructor(store: ConstructorParameters<typeof Entities>[0], clock?: () => number) {
    super(store, 'user', clock)
  }

  /** Removes a user; refuses while anything hangs on it. */
  async remove({ id }: { id: string }): Promise<void> {
    await this.store.transaction(async (tx) => {
      await tx.query('select id from iam_entities where id = $1 for update', [id])
      await refuseInUse(tx.query<Record<string, number>>(uses, [id, iamUserPrincipal(id)]), 'The user')
      await removeUsers(tx, [id])
    })
  }

  /** Removes users with everything that hangs on them. */
  async removeWhole(ids: readonly string[]): Promise<void> {
    await this.store.transaction((tx) => removeUsers(tx, ids))
  }

  /** Remembers that a user signed in with its password. */
  async recordPasswordUse(id: string): Promise<void> {
    await this.store.query('update iam_entities set password_last_used = $2 where id = $1', [id, new Date(this.clock())])
  }

  protected override fromRow(row: Row): IamUser {
    return userOf(row)
  }

  protected override toRow({ id = newIamId('AIDA'), accountId, name, path, boundary, tags = {} }: NewIamUser): Row & { id: string } {
    return { id, account_id: accountId, name, path, boundary: boundary ?? null, tags }
  }
}

/** Reads a user's row. */
export const userOf = (row: Row): IamUser => ({ ...entityOf(row), kind: 'user', passwordLastUsed: (row.password_last_used as Date | null) ?? undefined })

async function removeUsers(tx: Executor, ids: readonly string[]): Promise<void> {
  const principals = ids.map(iamUserPrincipal)
  await tx.query('update iam_mfa_devices set principal = null, app_id = null, enabled_at = null where principal = any($1)', [principals])
  await forgetPrincipals(tx, principals)
  await tx.query('delete from iam_entities where id = any($1)', [ids])
}
