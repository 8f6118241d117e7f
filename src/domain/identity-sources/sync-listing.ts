// What a synchronization looks at: everybody whom the directory lists, and what is here of them, fetched by a few statements.
import { Refusal } from '../../platform/errors.js'
import type { Executor } from '../../platform/storage/database.js'
import { provisioningIssuer, Users, type User } from '../directory/index.js'
import type { LdapPerson } from '../federation/index.js'
import { profileOf, type MappedProfile } from './mapping.js'
import type { KnownPeople } from './recognising.js'
import type { IdentitySource } from './sources.js'

/** Somebody as the directory lists them. */
export interface ListedPerson {
  subject: string
  profile: MappedProfile
  active: boolean
}

const mostPeople = 100_000

/** Reads the whole list; whoever is in it twice counts once. */
export async function readListed(people: AsyncIterable<LdapPerson>, source: IdentitySource): Promise<Map<string, ListedPerson>> {
  const listed = new Map<string, ListedPerson>()
  for await (const { identity, active } of people) {
    if (listed.has(identity.subject)) continue
    if (listed.size >= mostPeople) throw new Refusal('limit-exceeded', `The directory lists more than ${mostPeople} people. Narrow the filter or the base.`)
    listed.set(identity.subject, { subject: identity.subject, profile: profileOf(identity, source), active })
  }
  return listed
}

/** What is here. */
export interface Standing {
  /** The people who are linked to the source, by its subjects. */
  linked: Map<string, User>
  /** Those of them whom a synchronisation of any source disabled, and nobody since. */
  disabled: ReadonlySet<string>
  /** Those of them whom the last synchronisation of the source did not find. */
  lost: ReadonlySet<string>
  people: KnownPeople
  /** Notes that somebody is linked from now on. */
  link: (userId: string) => void
  /** Names that nobody new can have, in small letters. */
  taken: Set<string>
}

/** Fetches what is here of those who are listed. */
export async function readStanding(tx: Executor, source: IdentitySource, listed: ReadonlyMap<string, ListedPerson>): Promise<Standing> {
  const links = await tx.query<{ subject: string; user_id: string; disabled: boolean; lost: boolean }>(
    `select l.subject, l.user_id, l.lost_at is not null as lost, d.user_id is not null as disabled from identity_links l
     left join (select distinct user_id from identity_links where disabled_at is not null) d on d.user_id = l.user_id where l.source_id = $1 order by l.subject`, [source.id])
  const users = new Map((await new Users(tx).listByIds(links.map(({ user_id: id }) => id))).map((user) => [user.id, user]))
  const linked = new Map(links.flatMap(({ subject, user_id: id }) => (users.has(id) ? [[subject, users.get(id)!] as const] : [])))
  const strangers = [...listed.values()].filter(({ subject, active }) => active && !linked.has(subject))
  const isLinked = new Set(users.keys())
  return {
    linked, disabled: new Set(links.flatMap(({ user_id: id, disabled }) => (disabled ? [id] : []))), lost: new Set(links.flatMap(({ user_id: id, lost }) => (lost ? [id] : []))),
    link: (id) => void isLinked.add(id), taken: await namesTaken(tx, strangers),
    people: { ...await among(tx, source, strangers), isLinked: async (id) => isLinked.has(id) },
  }
}

async function namesTaken(tx: Executor, strangers: readonly ListedPerson[]): Promise<Set<string>> {
  const names = strangers.flatMap(({ profile: { userName } }) => userName?.toLowerCase() ?? [])
  if (names.length === 0) return new Set()
  const rows = await tx.query<{ name: string }>('select lower(user_name) as name from users where lower(user_name) = any($1) union select lower(user_name) from deleted_users where lower(user_name) = any($1)', [names])
  return new Set(rows.map(({ name }) => name))
}

/** Those who could be one of the strangers, by the rule of the source. */
async function among(tx: Executor, { provisioning: { match } }: IdentitySource, strangers: readonly ListedPerson[]): Promise<Omit<KnownPeople, 'isLinked'>> {
  const users = new Users(tx)
  const byName = new Map(match === 'userName' ? (await users.listByUserNames(strangers.flatMap(({ profile: { userName } }) => userName ?? []))).map((user) => [user.userName.toLowerCase(), user]) : [])
  const byAddress = new Map<string, User[]>()
  if (match === 'email') {
    for (const user of await users.listByAddresses(strangers.flatMap(({ profile: { email } }) => email ?? []))) {
      for (const address of new Set(user.emails.map(({ value }) => value.toLowerCase()))) byAddress.set(address, [...byAddress.get(address) ?? [], user])
    }
  }
  const byId = match === 'externalId' ? await byExternalId(tx, strangers.map(({ subject }) => subject)) : new Map<string, User>()
  return {
    findByUserName: async (name) => byName.get(name.toLowerCase()), findByAddress: async (address) => byAddress.get(address.toLowerCase()) ?? [], findByExternalId: async ({ id }) => byId.get(id),
  }
}

async function byExternalId(tx: Executor, subjects: readonly string[]): Promise<Map<string, User>> {
  const rows = await tx.query<{ id: string; external_id: string }>(
    `select u.id, e->>'id' as external_id from users u, jsonb_array_elements(u.external_ids) e where e->>'issuer' = $1 and e->>'id' = any($2) order by u.created_at desc`, [provisioningIssuer, subjects])
  const users = new Map((await new Users(tx).listByIds(rows.map(({ id }) => id))).map((user) => [user.id, user]))
  return new Map(rows.map(({ id, external_id: subject }) => [subject, users.get(id)!]))
}
