// The organization: its accounts, people, groups, permission sets, applications and who may use what.
import type { MigrationInterface, QueryRunner } from 'typeorm'

const up = `
create table organization (
  id text primary key,
  name text not null,
  portal_subdomain text,
  start_url_aliases jsonb not null default '[]',
  portal_session integer not null default 28800,
  mfa jsonb not null default '{}',
  settings jsonb not null default '{}',
  singleton boolean not null default true unique check (singleton)
);

create table accounts (
  id char(12) primary key,
  name text not null,
  alias text,
  email text not null,
  management boolean not null default false,
  created_at timestamptz not null default now()
);
create unique index accounts_alias on accounts (alias);
create unique index accounts_email on accounts (lower(email));
create unique index accounts_management on accounts (management) where management;

create table users (
  id uuid primary key,
  user_name text not null,
  display_name text not null,
  given_name text,
  family_name text,
  emails jsonb not null default '[]',
  active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create unique index users_user_name on users (lower(user_name));

create table passwords (
  principal text primary key,
  hash text not null,
  one_time boolean not null default false,
  changed_at timestamptz not null default now()
);

create table groups (
  id uuid primary key,
  display_name text not null,
  description text,
  created_at timestamptz not null default now()
);
create unique index groups_display_name on groups (lower(display_name));

create table group_members (
  group_id uuid not null references groups on delete cascade,
  user_id uuid references users on delete cascade,
  member_group_id uuid references groups on delete cascade,
  check (num_nonnulls(user_id, member_group_id) = 1)
);
create unique index group_members_user on group_members (group_id, user_id) where user_id is not null;
create unique index group_members_group on group_members (group_id, member_group_id) where member_group_id is not null;
create index group_members_by_container on group_members (group_id);
create index group_members_by_user on group_members (user_id) where user_id is not null;
create index group_members_by_group on group_members (member_group_id) where member_group_id is not null;

create table permission_sets (
  id text primary key,
  name text not null,
  description text,
  session_duration integer not null default 3600,
  relay_state text,
  managed_policies jsonb not null default '[]',
  inline_policy jsonb,
  permissions_boundary text,
  created_at timestamptz not null default now()
);
create unique index permission_sets_name on permission_sets (lower(name));

create table assignments (
  id text primary key,
  account_id char(12) not null references accounts on delete cascade,
  permission_set_id text not null references permission_sets on delete cascade,
  principal_id uuid not null,
  principal_type text not null check (principal_type in ('USER', 'GROUP')),
  created_at timestamptz not null default now()
);
create unique index assignments_once on assignments (principal_id, account_id, permission_set_id);
create index assignments_by_account on assignments (account_id);
create index assignments_by_permission_set on assignments (permission_set_id);

create table applications (
  id text primary key,
  name text not null,
  description text,
  start_url text,
  icon text,
  client_id text,
  client_metadata jsonb,
  client_secret_hash text,
  created_at timestamptz not null default now()
);
create unique index applications_name on applications (lower(name));
create unique index applications_client_id on applications (client_id);

create table application_assignments (
  application_id text not null references applications on delete cascade,
  principal_id uuid not null,
  principal_type text not null check (principal_type in ('USER', 'GROUP')),
  primary key (principal_id, application_id)
);
create index application_assignments_by_application on application_assignments (application_id);

create table portal_marks (
  user_id uuid not null references users on delete cascade,
  kind text not null check (kind in ('favourite', 'recent')),
  account_id char(12) not null references accounts on delete cascade,
  permission_set_id text not null references permission_sets on delete cascade,
  marked_at timestamptz not null default now(),
  primary key (user_id, kind, account_id, permission_set_id)
);

create table signing_keys (
  kid text primary key,
  algorithm text not null,
  state text not null check (state in ('next', 'current', 'previous')),
  sealed bytea not null,
  created_at timestamptz not null,
  state_since timestamptz not null
);
create unique index signing_keys_state on signing_keys (algorithm, state);

create table audit_events (
  position bigint generated always as identity primary key,
  event_id uuid not null,
  event_time timestamptz not null,
  event_name text not null,
  event_source text not null,
  user_id uuid,
  account_id text,
  access_key_id text,
  outcome text not null,
  event jsonb not null
);
create index audit_events_by_time on audit_events (event_time desc, position desc);
create index audit_events_by_user on audit_events (user_id, position desc) where user_id is not null;
create index audit_events_by_name on audit_events (event_name, position desc);
create index audit_events_by_access_key on audit_events (access_key_id) where access_key_id is not null;
`

const tables = ['audit_events', 'signing_keys', 'portal_marks', 'application_assignments', 'applications', 'assignments', 'permission_sets', 'group_members', 'groups', 'passwords', 'users', 'accounts', 'organization']

export class Organization1763683200002 implements MigrationInterface {
  name = 'Organization1763683200002'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(up)
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of tables) await runner.query(`drop table ${table}`)
  }
}
