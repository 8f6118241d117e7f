// The applications that check by a signing key of ours, and whether they have it: told by the addresses from which they ask for tokens.
import type { Executor } from '../../platform/storage/database.js'

/** An application on people's devices has no address of its own; one that has not asked for tokens lately is not known to have any. */
export type KeyPartyState = 'fetched' | 'not-seen' | 'on-devices' | 'not-called'

/** An address from which an application asks for tokens. */
export interface KeyCaller {
  address: string
  userAgent: string
  calledAt: Date
  /** When the key set was fetched from there last. */
  fetchedAt: Date | undefined
  /** Whether the key was in it. */
  hasKey: boolean
}

export interface KeyParty {
  applicationId: string
  name: string
  state: KeyPartyState
  /** Some of them, those without the key first. */
  callers: KeyCaller[]
  callerCount: number
}

/** Some applications of each state, by name, and how many there are of it. */
export interface KeyParties {
  parties: KeyParty[]
  counts: Readonly<Record<KeyPartyState, number>>
}

const mostNamed = 50
const callersNamed = 10

/** An application `a` whose addresses are those of servers: it proves who it is, and does not run on people's devices. */
export const runsOnServers = `(coalesce(a.client_metadata->>'token_endpoint_auth_method', '') <> 'none' and coalesce(a.client_metadata->>'application_type', '') <> 'native'
  and not coalesce(a.client_metadata->'grant_types' @> '["urn:ietf:params:oauth:grant-type:device_code"]', false))`

// Whoever only asks for tokens of its own is given nothing that we sign.
const checksBy = `a.enabled and a.client_id is not null and a.client_metadata is not null and not coalesce(a.client_metadata->'grant_types' <@ '["client_credentials"]', false)
  and $1 in (coalesce(a.client_metadata->>'id_token_signed_response_alg', 'ES256'), coalesce(a.client_metadata->>'userinfo_signed_response_alg', ''))`

const statement = `with calling as (
    select c.application_id, count(*)::int as count, bool_and(k.is_there) as has_key, jsonb_agg(jsonb_build_object('address', c.address, 'userAgent', c.user_agent, 'calledAt', c.called_at, 'fetchedAt', f.fetched_at, 'hasKey', k.is_there)
      order by k.is_there, c.called_at desc, c.address) as callers
    from application_callers c left join key_set_fetches f on f.address = c.address cross join lateral (select coalesce($2 = any(f.kids), false) as is_there) k where c.called_at >= $3 group by 1
  ), parties as (
    select a.id, a.name, case when not ${runsOnServers} then 'on-devices' when w.count is null then 'not-called' when w.has_key then 'fetched' else 'not-seen' end as state, w.callers, w.count as caller_count
    from applications a left join calling w on w.application_id = a.id where ${checksBy}
  ), placed as (select *, row_number() over (partition by state order by lower(name)) as place, count(*) over (partition by state)::int as count from parties)
  select id, name, state, case when state in ('fetched', 'not-seen') then callers end as callers, caller_count, count from placed where place <= ${mostNamed} order by state, place`

interface PartyRow {
  id: string
  name: string
  state: KeyPartyState
  callers: { address: string; userAgent: string; calledAt: string; fetchedAt: string | null; hasKey: boolean }[] | null
  caller_count: number | null
  count: number
}

/** Lists those that check by the keys of an algorithm, and whether they have one of these keys. */
export async function listKeyParties(sql: Executor, { algorithm, kid, since }: { algorithm: string; kid: string; since: Date }): Promise<KeyParties> {
  const rows = await sql.query<PartyRow>(statement, [algorithm, kid, since])
  const countOf = (state: KeyPartyState): number => rows.find((row) => row.state === state)?.count ?? 0
  return {
    parties: rows.map(({ id, name, state, callers, caller_count: count }) => ({ applicationId: id, name, state, callers: (callers ?? []).slice(0, callersNamed).map(callerOf), callerCount: callers ? count ?? 0 : 0 })),
    counts: { fetched: countOf('fetched'), 'not-seen': countOf('not-seen'), 'on-devices': countOf('on-devices'), 'not-called': countOf('not-called') },
  }
}

const callerOf = ({ calledAt, fetchedAt, ...caller }: NonNullable<PartyRow['callers']>[number]): KeyCaller => (
  { ...caller, calledAt: new Date(calledAt), fetchedAt: fetchedAt === null ? undefined : new Date(fetchedAt) })
