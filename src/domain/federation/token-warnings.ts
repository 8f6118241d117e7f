// Tells whoever made a provisioning token that it ends: 30, 14, 7 and 1 days before.
import { primaryEmail, type Email } from '../directory/index.js'
import { Endings, isMailAddress, type EndingSubject } from '../../platform/mail/index.js'
import { findOrganizationAddress } from './organization-address.js'
import type { Executor } from '../../platform/storage/database.js'

const tokens: EndingSubject = {
  days: [1, 7, 14, 30],
  named: 'provisioning tokens end',
  list: (tx, after, until) => tx.query(
    'select id, name, expires_at as ends_at, warned_days, created_by_user from provisioning_tokens where expires_at > $1 and expires_at <= $2 for update skip locked', [after, until]),
  note: (tx, { id }, days) => tx.query('update provisioning_tokens set warned_days = $2 where id = $1', [id, days]),
  write: async (tx, { name, created_by_user: maker }, { days, endsAt }) => {
    const to = await addressOf(tx, maker as string | null)
    return to === undefined ? undefined : { to, template: 'provisioning-token-ending', model: { name: name as string, days, endsAt, link: '/admin/provisioning' } }
  },
}

export class TokenWarnings extends Endings {
  constructor(options: ConstructorParameters<typeof Endings>[1]) {
    super(tokens, options)
  }
}

/** Whoever made it, or else whoever owns the management account. */
async function addressOf(tx: Executor, userId: string | null): Promise<string | undefined> {
  const [person] = userId === null ? [] : await tx.query<{ emails: Email[] }>('select emails from users where id = $1 and active', [userId])
  const own = primaryEmail(person?.emails ?? [])
  return own !== undefined && isMailAddress(own) ? own : findOrganizationAddress(tx)
}
