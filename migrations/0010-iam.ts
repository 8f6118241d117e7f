// Principals inside accounts: IAM users, groups and roles, their policies, access keys, virtual MFA devices, and
// the identity providers that roles trust.
import type { MigrationInterface, QueryRunner } from 'typeorm'

const up = `
create table iam_policies (
  id text primary key,
  account_id char(12) not null,
  name text not null,
  path text not null,
  description text,
  tags jsonb not null default '{}',
  default_version integer not null,
  latest_version integer not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create unique index iam_policies_name on iam_policies (account_id, lower(name));

create table iam_policy_versions (
  policy_id text not null references iam_policies on delete cascade,
  version integer not null,
  document text not null,
  created_at timestamptz not null,
  primary key (policy_id, version)
);

create table iam_entities (
  id text primary key,
  kind text not null check (kind in ('user', 'group', 'role')),
  account_id char(12) not null references accounts on delete cascade,
  name text not null,
  path text not null,
  boundary text,
  boundary_id text references iam_policies,
  tags jsonb not null default '{}',
  description text,
  trust_policy text,
  max_session integer,
  password_last_used timestamptz,
  created_at timestamptz not null,
  check ((kind = 'role') = (trust_policy is not null and max_session is not null))
);
create unique index iam_entities_name on iam_entities (account_id, kind, lower(name));
create index iam_entities_by_boundary on iam_entities (account_id, boundary) where boundary is not null;
create index iam_entities_by_boundary_id on iam_entities (boundary_id) where boundary_id is not null;

-- After the account's entities, so that a whole account goes in an order in which nothing is in use.
alter table iam_policies add constraint iam_policies_account foreign key (account_id) references accounts on delete cascade;

create table iam_group_members (
  group_id text not null references iam_entities on delete cascade,
  user_id text not null references iam_entities on delete cascade,
  primary key (group_id, user_id)
);
create index iam_group_members_by_user on iam_group_members (user_id);

create table iam_attachments (
  entity_id text not null references iam_entities on delete cascade,
  policy_arn text not null,
  policy_id text references iam_policies,
  account_id char(12) not null,
  primary key (entity_id, policy_arn)
);
create index iam_attachments_by_policy on iam_attachments (account_id, policy_arn);
create index iam_attachments_by_policy_id on iam_attachments (policy_id) where policy_id is not null;

create table iam_inline_policies (
  entity_id text not null references iam_entities on delete cascade,
  name text not null,
  document text not null,
  primary key (entity_id, name)
);

create table iam_access_keys (
  id text primary key,
  account_id char(12) not null references accounts on delete cascade,
  user_id text references iam_entities on delete cascade,
  owner text not null,
  slot smallint not null check (slot in (1, 2)),
  active boolean not null default true,
  secret bytea not null,
  created_at timestamptz not null,
  last_used_at timestamptz,
  last_used_region text,
  last_used_service text
);
create unique index iam_access_keys_slot on iam_access_keys (owner, slot);
create index iam_access_keys_by_account on iam_access_keys (account_id);
create index iam_access_keys_by_user on iam_access_keys (user_id) where user_id is not null;

create table iam_mfa_devices (
  serial text primary key,
  account_id char(12) not null references accounts on delete cascade,
  name text not null,
  path text not null,
  tags jsonb not null default '{}',
  offered text,
  principal text,
  app_id text,
  enabled_at timestamptz,
  created_at timestamptz not null
);
create unique index iam_mfa_devices_name on iam_mfa_devices (account_id, lower(name));
create unique index iam_mfa_devices_app on iam_mfa_devices (app_id) where app_id is not null;
create index iam_mfa_devices_by_principal on iam_mfa_devices (principal) where principal is not null;

create table iam_identity_providers (
  account_id char(12) not null references accounts on delete cascade,
  kind text not null check (kind in ('oidc', 'saml')),
  name text not null,
  client_ids jsonb not null default '[]',
  thumbprints jsonb not null default '[]',
  metadata text,
  valid_until timestamptz,
  tags jsonb not null default '{}',
  created_at timestamptz not null,
  primary key (account_id, kind, name)
);

create table iam_password_policies (
  account_id char(12) primary key references accounts on delete cascade,
  policy jsonb not null
);
`

const tables = ['iam_password_policies', 'iam_identity_providers', 'iam_mfa_devices', 'iam_access_keys', 'iam_inline_policies', 'iam_attachments', 'iam_group_members', 'iam_entities', 'iam_policy_versions', 'iam_policies']

export class Iam1763683200010 implements MigrationInterface {
  readonly name = 'Iam1763683200010'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(up)
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of tables) await runner.query(`drop table ${table}`)
  }
}
