// What administering access keeps: tags, references to policies of accounts, settings of applications and of the
// instance, trusted token issuers, and what came of requests to assign.
import type { MigrationInterface, QueryRunner } from 'typeorm'

const up = `
alter table organization add column instance jsonb not null default '{}';
alter table organization add column created_at timestamptz not null default now();

alter table permission_sets add column customer_policies jsonb not null default '[]';
alter table permission_sets add column tags jsonb not null default '{}';

create index assignments_by_place on assignments (account_id, permission_set_id, principal_id);
create index assignments_by_set_and_account on assignments (permission_set_id, account_id);
drop index assignments_by_account;
drop index assignments_by_permission_set;

alter table applications add column provider text not null default 'custom';
alter table applications add column enabled boolean not null default true;
alter table applications add column visible boolean not null default true;
alter table applications add column assignment_required boolean not null default true;
alter table applications add column sign_in_origin text;
alter table applications add column background_sessions boolean not null default false;
alter table applications add column access_scopes jsonb not null default '{}';
alter table applications add column authentication_methods jsonb not null default '{}';
alter table applications add column grants jsonb not null default '{}';
alter table applications add column tags jsonb not null default '{}';
alter table applications add column client_token text;
create unique index applications_client_token on applications (client_token) where client_token is not null;
create index application_assignments_by_place on application_assignments (application_id, principal_id);
drop index application_assignments_by_application;

create table trusted_token_issuers (
  id text primary key,
  name text not null,
  issuer_url text not null,
  claim_path text not null,
  store_path text not null,
  tags jsonb not null default '{}',
  client_token text,
  created_at timestamptz not null
);
create unique index trusted_token_issuers_name on trusted_token_issuers (lower(name));
create unique index trusted_token_issuers_issuer on trusted_token_issuers (issuer_url);
create unique index trusted_token_issuers_client_token on trusted_token_issuers (client_token) where client_token is not null;

create table assignment_requests (
  id uuid primary key,
  kind text not null check (kind in ('assign', 'unassign', 'provision')),
  failure text,
  account_id char(12),
  permission_set_id text not null,
  principal_id uuid,
  principal_type text,
  created_at timestamptz not null
);
create index assignment_requests_by_time on assignment_requests (kind, created_at desc, id desc);
create index assignment_requests_by_age on assignment_requests (created_at);
create index assignment_requests_by_principal on assignment_requests (principal_id) where principal_id is not null;
`

const down = `
drop table assignment_requests;
drop table trusted_token_issuers;
create index application_assignments_by_application on application_assignments (application_id);
drop index application_assignments_by_place;
alter table applications drop column provider, drop column enabled, drop column visible, drop column assignment_required, drop column sign_in_origin, drop column background_sessions,
  drop column access_scopes, drop column authentication_methods, drop column grants, drop column tags, drop column client_token;
create index assignments_by_account on assignments (account_id);
create index assignments_by_permission_set on assignments (permission_set_id);
drop index assignments_by_place;
drop index assignments_by_set_and_account;
alter table permission_sets drop column customer_policies, drop column tags;
alter table organization drop column instance, drop column created_at;
`

export class Administration1763683200017 implements MigrationInterface {
  readonly name = 'Administration1763683200017'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(up)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(down)
  }
}
