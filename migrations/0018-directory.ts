// The directory as clients of the Identity Store and of Organizations know it: whole profiles, ids of memberships, words
// to search by, people who were deleted and may come back, tags of accounts, and what became of requests for accounts.
import type { MigrationInterface, QueryRunner } from 'typeorm'

// Words are what stands between white space and the signs of ASCII, cut where an index would find them too long.
const words = `'[\\s!-/:-@[-\`{-~]+'`

const up = `
create function words_of(said text) returns tsvector language sql immutable parallel safe as $$
  select coalesce(array_to_tsvector(array_agg(distinct left(word, 60))), ''::tsvector) from regexp_split_to_table(lower(said), ${words}) as word where word <> ''
$$;

create function words_for(said text) returns tsquery language sql immutable parallel safe as $$
  select string_agg(quote_literal(left(word, 60)) || ':*', ' & ')::tsquery from regexp_split_to_table(lower(said), ${words}) as word where word <> ''
$$;

alter table users
  add column profile jsonb not null default '{}',
  add column external_ids jsonb not null default '[]',
  add column created_by text,
  add column updated_by text,
  add column words tsvector generated always as (words_of(
    user_name || ' ' || display_name || ' ' || coalesce(given_name, '') || ' ' || coalesce(family_name, '') || ' ' || jsonb_path_query_array(emails, '$[*].value')::text)) stored;
create index users_words on users using gin (words);
create index users_disabled on users (lower(user_name)) where not active;
create index users_external_ids on users using gin (external_ids jsonb_path_ops);

alter table groups
  add column external_ids jsonb not null default '[]',
  add column created_by text,
  add column updated_at timestamptz,
  add column updated_by text,
  add column words tsvector generated always as (words_of(display_name || ' ' || coalesce(description, ''))) stored;
create index groups_words on groups using gin (words);
create index groups_external_ids on groups using gin (external_ids jsonb_path_ops);

alter table group_members
  add column id uuid not null default gen_random_uuid(),
  add column created_at timestamptz not null default now(),
  add column created_by text;
create unique index group_members_id on group_members (id);

create table deleted_users (
  id uuid primary key,
  user_name text not null,
  display_name text not null,
  deleted_at timestamptz not null,
  deleted_by text,
  record jsonb not null
);
create unique index deleted_users_user_name on deleted_users (lower(user_name));
create index deleted_users_by_time on deleted_users (deleted_at);

create function refuse_reserved_user_name() returns trigger language plpgsql as $$
begin
  if exists (select from deleted_users where lower(user_name) = lower(new.user_name)) then
    raise exception 'the user name is reserved' using errcode = 'unique_violation', constraint = 'deleted_users_user_name';
  end if;
  return new;
end
$$;
create trigger users_reserved_name before insert or update of user_name on users for each row execute function refuse_reserved_user_name();

alter table accounts add column tags jsonb not null default '{}';

create table account_requests (
  id text primary key,
  account_id char(12),
  account_name text not null,
  failure text,
  requested_at timestamptz not null
);
create index account_requests_by_time on account_requests (requested_at, id);
`

const down = `
drop table account_requests;
alter table accounts drop column tags;
drop trigger users_reserved_name on users;
drop function refuse_reserved_user_name;
drop table deleted_users;
alter table group_members drop column id, drop column created_at, drop column created_by;
alter table groups drop column words, drop column external_ids, drop column created_by, drop column updated_at, drop column updated_by;
drop index users_disabled;
alter table users drop column words, drop column profile, drop column external_ids, drop column created_by, drop column updated_by;
drop function words_for;
drop function words_of;
`

export class Directory1763683200018 implements MigrationInterface {
  readonly name = 'Directory1763683200018'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(up)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(down)
  }
}
