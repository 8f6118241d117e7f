// The organization that is measured: 300 accounts with 4 permission sets each, two hundred people, and
// applications.
import bcrypt from 'bcrypt'

export const password = 'Correct-horse-7'
/** Fifty people who reach every account, fifty with three, as most people have, and a hundred like those for whom an authenticator app can be set up. */
export const people = Array.from({ length: 50 }, (_, index) => `person-${index}`)
export const members = Array.from({ length: 50 }, (_, index) => `member-${index}`)
export const careful = Array.from({ length: 100 }, (_, index) => `careful-${index}`)
export const robot = { id: 'robot', secret: '0123456789-0123456789-0123456789-0123456789' }
export const native = { id: 'native', redirectUri: 'http://127.0.0.1/callback' }
export const managementAccount = '100000000000'
export const permissionSets = ['AdministratorAccess', 'PowerUser', 'ReadOnly', 'Billing']
/** A role of the management account, which anybody in it may be trusted with. */
export const worker = { roleName: 'Worker', trustPolicy: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: managementAccount }, Action: 'sts:AssumeRole' }] } }
const accounts = Array.from({ length: 300 }, (_, index) => String(100_000_000_000 + index))

/** Writes its organization file; JSON is YAML too. */
export function organizationFile(): string {
  const passwordHash = bcrypt.hashSync(password, 10)
  return JSON.stringify({
    organization: { name: 'Bench Corp', directoryId: 'd-0123456789' },
    accounts: accounts.map((id, index) => ({ id, name: `Account ${index}`, email: `aws+${index}@example.com`, ...(index === 0 && { management: true, roles: [worker] }) })),
    users: [...people, ...members, ...careful].map((userName, index) => ({ userName, displayName: `Person ${index}`, emails: [{ value: `${userName}@example.com`, primary: true }], passwordHash })),
    groups: [{ displayName: 'Everybody', members: people }, { displayName: 'Members', members: [...members, ...careful] }],
    permissionSets: permissionSets.map((name) => ({ name, description: `${name}, as the organization means it`, sessionDuration: '1h', ...(name === permissionSets[0] && { managedPolicies: [`arn:aws:iam::aws:policy/${name}`] }) })),
    assignments: [
      ...accounts.flatMap((account) => permissionSets.map((permissionSet) => ({ account, permissionSet, group: 'Everybody' }))),
      ...accounts.slice(0, 3).map((account) => ({ account, permissionSet: permissionSets[2], group: 'Members' })),
    ],
    applications: [
      { name: 'Robot', oidc: { client_id: robot.id, client_secret: robot.secret, redirect_uris: [], response_types: [], grant_types: ['client_credentials'] } },
      {
        name: 'Native', assignedTo: [{ group: 'Everybody' }],
        oidc: {
          client_id: native.id, redirect_uris: [native.redirectUri], application_type: 'native', token_endpoint_auth_method: 'none',
          grant_types: ['authorization_code', 'refresh_token'], scope: 'openid offline_access',
        },
      },
    ],
  })
}

/** What makes the directory large, as SQL: 100,000 people in 500 groups, 1,000 accounts. */
export const growth = [
  `insert into users (id, user_name, display_name, emails)
   select gen_random_uuid(), 'many-' || n, 'One of many ' || n, jsonb_build_array(jsonb_build_object('value', 'many-' || n || '@example.com')) from generate_series(1, 99900) n`,
  `insert into groups (id, display_name) select gen_random_uuid(), 'Group ' || n from generate_series(1, 500) n`,
  `insert into accounts (id, name, email) select (200000000000 + n)::text, 'Other account ' || n, 'other+' || n || '@example.com' from generate_series(1, 700) n`,
  `insert into group_members (group_id, user_id)
   select g.id, u.id from (select id, row_number() over (order by id) as n from users where user_name like 'many-%') u
   cross join lateral unnest(array[u.n % 500, (u.n * 7 + 3) % 500, (u.n * 31 + 11) % 500]) k
   join (select id, row_number() over (order by display_name) as n from groups where display_name like 'Group %') g on g.n = k + 1 on conflict do nothing`,
  `insert into assignments (id, account_id, permission_set_id, principal_id, principal_type)
   select 'asg-' || row_number() over (), a.id, s.id, g.id, 'GROUP'
   from (select id, row_number() over (order by id) as n from accounts) a cross join permission_sets s
   join (select id, row_number() over (order by display_name) as n from groups where display_name like 'Group %') g on g.n in (a.n % 500 + 1, (a.n * 3) % 500 + 1)
   on conflict do nothing`,
  `insert into passwords (principal, hash) select 'user:' || u.id, p.hash from users u cross join (select hash from passwords limit 1) p on conflict do nothing`,
]
