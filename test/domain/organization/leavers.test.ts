// Somebody who is pruned leaves nothing behind, in no table that the schema says holds something of theirs.
import { applyOrganization, readSnapshot } from '../../../src/domain/organization/index.js'
import type { Database } from '../../../src/platform/storage/database.js'
import { openEmpty } from '../../support/database.js'
import { applying } from './database.js'
import { declared, head } from './support.js'

let database: Database
beforeAll(async () => { database = await openEmpty() }, 120_000)
afterAll(() => database.close())

const people = (...names: string[]): string => `${head}
users: [${names.map((name) => `{ userName: ${name}, password: Correct-horse-7 }`).join(', ')}]
permissionSets: [{ name: ReadOnly }]
applications: [{ name: Wiki, startUrl: "https://wiki.example.com/" }]`

async function apply(text: string): Promise<void> {
  const known = await readSnapshot(database, applying.hashes)
  await applyOrganization(database, declared(text, { prune: true, known }), { ...applying, prune: true })
}

/** How something of somebody comes into each table: `$1` is the user's id. A new table with such a column has to be named here. */
const fillings: Record<string, string> = {
  passwords: 'select $1::text',
  password_history: `insert into password_history (principal, hash) values ('user:' || $1, 'x')`,
  passkeys: `insert into passkeys (id, principal, credential_id, public_key, sign_count, is_synced, is_backed_up, aaguid, name)
    values ($1, 'user:' || $1, $1, '\\x00', 0, false, false, '00000000-0000-0000-0000-000000000000', 'Key')`,
  passkey_handles: `insert into passkey_handles (principal, handle) values ('user:' || $1, $1 || repeat('x', 43))`,
  authenticator_apps: `insert into authenticator_apps (id, principal, name, secret, last_step, created_at) values ($1, 'user:' || $1, 'Phone', '\\x00', 0, now())`,
  recovery_codes: `insert into recovery_codes (principal, hash) values ('user:' || $1, 'x')`,
  trusted_browsers: `insert into trusted_browsers (id, principal, secret_hash, browser, network, user_agent, created_at, expires_at) values ($1, 'user:' || $1, 'x', 'x', 'x', 'x', now(), now())`,
  mailed_links: `insert into mailed_links (hash, purpose, principal, address, issued_at, expires_at) values (decode(md5($1), 'hex'), 'invitation', 'user:' || $1, 'x', now(), now())`,
  verified_addresses: `insert into verified_addresses (principal, address, verified_at) values ('user:' || $1, 'x', now())`,
  assignments: `insert into assignments (id, account_id, permission_set_id, principal_id, principal_type) select $1, '111122223333', id, $1::text::uuid, 'USER' from permission_sets`,
  access_grants: `insert into access_grants (request_id, user_id, account_id, permission_set_id, starts_at, ends_at) select $1, $1::text::uuid, '111122223333', id, now(), now() from permission_sets`,
  application_assignments: `insert into application_assignments (application_id, principal_id, principal_type) select id, $1::text::uuid, 'USER' from applications`,
  assignment_requests: `insert into assignment_requests (id, kind, account_id, permission_set_id, principal_id, principal_type, created_at) select gen_random_uuid(), 'assign', '111122223333', id, $1::text::uuid, 'USER', now() from permission_sets`,
  group_members: `with made as (insert into groups (id, display_name) values ($1::text::uuid, $1) returning id) insert into group_members (group_id, user_id) select id, $1::text::uuid from made`,
  identity_links: `with source as (insert into identity_sources (id, name, kind, enabled, button, second_step, connection, mapping, provisioning) values ('00000000-0000-4000-8000-000000000001', 'Corporate', 'oidc', true, true, 'ours', '{}', '{}', '{}') on conflict do nothing returning id) insert into identity_links (source_id, subject, user_id, linked_at, linked_by) select '00000000-0000-4000-8000-000000000001', $1, $1::text::uuid, now(), 'x' from (select count(*) from source) as made`,
  identity_link_groups: `insert into identity_link_groups (source_id, user_id, group_id) select s.id, $1::text::uuid, g.id from identity_sources s, groups g where g.display_name = $1`,
  portal_marks: `insert into portal_marks (user_id, kind, account_id, permission_set_id) select $1::text::uuid, 'recent', '111122223333', id from permission_sets`,
}
/** What happened stays known, also who asked for what and who answered; applications hear of a sign-out also when its person is gone, within a day; what belongs to the users inside of accounts is nobody's of the workforce. */
const stays = ['access_answers', 'access_requests', 'audit_events', 'iam_access_keys', 'iam_group_members', 'iam_mfa_devices', 'logout_notices']

const columns = (): Promise<{ table: string; column: string }[]> => database.query(
  `select table_name as "table", column_name as "column" from information_schema.columns
   where table_schema = 'public' and column_name in ('principal', 'principal_id', 'user_id') and table_name <> all($1) order by 1`, [stays])

async function tablesWith(id: string): Promise<string[]> {
  const found: string[] = []
  for (const { table, column } of await columns()) {
    const rows = await database.query(`select 1 from ${table} where ${column}::text in ($1, 'user:' || $1)`, [id])
    if (rows.length > 0) found.push(table)
  }
  return found
}

test('somebody who is pruned is in no table any more, and whoever stays is in all of them', async () => {
  await apply(people('jane', 'sam'))
  const ids = new Map((await database.query<{ id: string; name: string }>('select id, user_name as name from users')).map(({ id, name }) => [name, id]))
  for (const id of ids.values()) for (const filling of Object.values(fillings)) await database.query(filling, [id])
  const tables = (await columns()).map(({ table }) => table)
  expect(Object.keys(fillings).toSorted()).toEqual(tables)
  expect(await tablesWith(ids.get('jane')!)).toEqual(tables)
  await apply(people('sam'))
  expect(await tablesWith(ids.get('jane')!)).toEqual([])
  expect(await tablesWith(ids.get('sam')!)).toEqual(tables)
})
