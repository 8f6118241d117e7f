// Access on request: what may be asked for and by whom, what was asked and answered, and the grants that came of it;
// `held` is everything that is held at a time, standing assignments and grants in force alike. Events are found by
// what people paste: a request's id, an event's id, a session's name.
import type { MigrationInterface, QueryRunner } from 'typeorm'

const up = `
create table access_rules (
  permission_set_id text primary key references permission_sets on delete cascade,
  all_accounts boolean not null,
  everybody boolean not null,
  approvals_needed smallint not null check (approvals_needed between 1 and 3),
  longest_duration integer not null check (longest_duration > 0),
  reason_required boolean not null default true
);

create table access_rule_accounts (
  permission_set_id text not null references access_rules on delete cascade,
  account_id char(12) not null references accounts on delete cascade,
  primary key (permission_set_id, account_id)
);
create index access_rule_accounts_by_account on access_rule_accounts (account_id);

create table access_rule_groups (
  permission_set_id text not null references access_rules on delete cascade,
  part text not null check (part in ('requester', 'approver')),
  group_id uuid not null references groups on delete cascade,
  primary key (permission_set_id, part, group_id)
);
create index access_rule_groups_by_group on access_rule_groups (group_id, part);

create table access_requests (
  position bigint generated always as identity primary key,
  id text not null unique,
  user_id uuid not null,
  user_name text not null,
  display_name text not null,
  account_id char(12) not null,
  account_name text not null,
  permission_set_id text not null,
  permission_set_name text not null,
  duration integer not null check (duration > 0),
  reason text not null,
  approvals_needed smallint not null,
  extends text,
  state text not null check (state in ('pending', 'granted', 'denied', 'withdrawn', 'expired', 'ended', 'over')),
  asked_at timestamptz not null,
  expires_at timestamptz not null,
  starts_at timestamptz,
  ends_at timestamptz,
  closed_at timestamptz,
  closed_by uuid,
  closed_by_name text,
  closing_reason text,
  reminded_at timestamptz
);
create unique index access_requests_once on access_requests (user_id, account_id, permission_set_id) where state = 'pending';
create index access_requests_by_user on access_requests (user_id, position desc);
create index access_requests_by_account on access_requests (account_id, position desc);
create index access_requests_by_permission_set on access_requests (permission_set_id, position desc);
create index access_requests_waiting on access_requests (permission_set_id) where state = 'pending';
create index access_requests_expiring on access_requests (expires_at) where state = 'pending';
create index access_requests_ending on access_requests (ends_at) where state = 'granted';

create table access_answers (
  request_id text not null references access_requests (id) on delete cascade,
  user_id uuid not null,
  user_name text not null,
  answer text not null check (answer in ('approve', 'deny')),
  reason text,
  answered_at timestamptz not null,
  primary key (request_id, user_id)
);

create table access_grants (
  request_id text primary key,
  user_id uuid not null references users on delete cascade,
  account_id char(12) not null references accounts on delete cascade,
  permission_set_id text not null references permission_sets on delete cascade,
  starts_at timestamptz not null,
  ends_at timestamptz not null
);
create index access_grants_by_user on access_grants (user_id, ends_at);
create index access_grants_by_account on access_grants (account_id, ends_at);
create index access_grants_by_permission_set on access_grants (permission_set_id, ends_at);

create table access_grant_sessions (
  access_key_id text primary key,
  request_id text not null references access_grants on delete cascade,
  expires_at timestamptz not null
);
create index access_grant_sessions_by_request on access_grant_sessions (request_id);
create index access_grant_sessions_by_expiry on access_grant_sessions (expires_at);

create function held(moment timestamptz)
returns table (account_id char(12), permission_set_id text, principal_id uuid, principal_type text, request_id text, ends_at timestamptz)
language sql stable as $$
  select account_id, permission_set_id, principal_id, principal_type, null::text, null::timestamptz from assignments
  union all
  select account_id, permission_set_id, user_id, 'USER'::text, request_id, ends_at from access_grants where starts_at <= moment and ends_at > moment
$$;

create index audit_events_by_session_name on audit_events ((event #>> '{requestParameters,roleSessionName}'), position desc)
  where event #>> '{requestParameters,roleSessionName}' is not null;
create index audit_events_by_access_request on audit_events ((event #>> '{additionalEventData,accessRequestId}'), position desc)
  where event #>> '{additionalEventData,accessRequestId}' is not null;
`

const down = `
drop index audit_events_by_access_request;
drop index audit_events_by_session_name;
drop function held(timestamptz);
drop table access_grant_sessions;
drop table access_grants;
drop table access_answers;
drop table access_requests;
drop table access_rule_groups;
drop table access_rule_accounts;
drop table access_rules;
`

export class AccessRequests1763683200020 implements MigrationInterface {
  readonly name = 'AccessRequests1763683200020'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(up)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(down)
  }
}
