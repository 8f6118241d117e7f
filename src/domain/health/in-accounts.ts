// What a finding counts inside of accounts: rows of `account_id` and since when (or until when) it is so, for the figure, for
// the list of accounts that it leads to, and for what is said of each of them there.
import type { Narrowing } from '../../platform/storage/paging.js'
import type { Moments } from './moments.js'
import { lacksDevice } from './people.js'

export const accountFindings = ['root-without-device', 'provider-certificates', 'old-access-keys', 'user-one-time-passwords'] as const
export type AccountFinding = (typeof accountFindings)[number]

/** A provider of an account that soon has no certificate to sign with. */
export interface EndingProvider {
  accountId: string
  until: number
}

/** What the rows are made of. */
export interface AccountMatter {
  moments: Moments
  endingProviders: () => Promise<EndingProvider[]>
}

const rows: Readonly<Record<AccountFinding, (matter: AccountMatter) => Promise<Narrowing>>> = {
  'root-without-device': async () => () => `select substr(p.principal, 6)::char(12) as account_id, null::timestamptz as moment from passwords p where p.principal like 'root:%' and ${lacksDevice('p.principal')}`,
  'provider-certificates': async ({ endingProviders }) => {
    const ending = await endingProviders()
    return (add) => `select account_id, moment from unnest(${add(ending.map(({ accountId }) => accountId))}::char(12)[], ${add(ending.map(({ until }) => new Date(until)))}::timestamptz[]) as e(account_id, moment)`
  },
  'old-access-keys': async ({ moments }) => (add) => `select account_id, created_at as moment from iam_access_keys where active and created_at < ${add(moments.keys)}::timestamptz`,
  'user-one-time-passwords': async ({ moments }) => (add) => `select e.account_id, p.changed_at as moment from iam_entities e join passwords p on p.principal = 'iam:' || e.id where p.one_time and p.changed_at < ${add(moments.oneTime)}::timestamptz`,
}

/** Spells the rows of a finding. */
export const rowsOf = (finding: AccountFinding, matter: AccountMatter): Promise<Narrowing> => rows[finding](matter)
