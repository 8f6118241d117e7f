// The audit trail as a chain: each event carries its predecessor's hash and its own, nothing but retention removes one, and
// what is needed to sign its head and to stream it is kept beside it.
import type { MigrationInterface, QueryRunner } from 'typeorm'

const up = [
  `alter table audit_events alter column position drop identity`,
  // Events from before this migration have none.
  `alter table audit_events add column previous_hash bytea, add column hash bytea`,
  `create table audit_keys (
    kid text primary key,
    sealed bytea not null,
    public_key jsonb not null,
    current boolean not null,
    created_at timestamptz not null
  )`,
  `create unique index audit_keys_current on audit_keys (current) where current`,
  // A head says how far the chain goes; a cut is the last event that retention removed.
  `create table audit_checkpoints (
    kind text not null check (kind in ('head', 'cut')),
    position bigint not null,
    hash bytea not null,
    signed_at timestamptz not null,
    jws text not null,
    primary key (kind, position)
  )`,
  `create table audit_streams (
    name text primary key,
    position bigint not null,
    checkpoint bigint not null,
    owner uuid,
    lease_until timestamptz,
    failing_since timestamptz,
    fault text
  ) with (fillfactor = 50)`,
  // One writer at a time, until its transaction ends: positions have no gaps and become visible in their order.
  `create function append_audit_events(events jsonb, contents text[]) returns bigint language plpgsql as $$
  declare
    last bigint;
    link bytea;
    links bytea[];
    content text;
  begin
    perform pg_advisory_xact_lock(7412904);
    -- A node that stops in the middle of its transaction must not keep all others from writing. PGlite has no others, and no timers.
    if version() !~ 'PGlite' then
      perform set_config('idle_in_transaction_session_timeout', '5s', true);
    end if;
    select e.position, e.hash into last, link from audit_events e order by e.position desc limit 1;
    if last is null then
      select c.position, c.hash into last, link from audit_checkpoints c where c.kind = 'cut' order by c.position desc limit 1;
    end if;
    last := coalesce(last, 0);
    link := coalesce(link, decode(repeat('00', 32), 'hex'));
    links := array[link];
    foreach content in array contents loop
      link := sha256(link || decode(content, 'hex'));
      links := links || link;
    end loop;
    insert into audit_events (position, event_id, event_time, event_name, event_source, user_id, account_id, access_key_id, outcome, event, previous_hash, hash)
    select last + n, event_id, event_time, event_name, event_source, user_id, account_id, access_key_id, outcome, event, links[n], links[n + 1]
    from rows from (jsonb_to_recordset(events) as (event_id uuid, event_time timestamptz, event_name text, event_source text, user_id uuid,
      account_id text, access_key_id text, outcome text, event jsonb)) with ordinality
      as r (event_id, event_time, event_name, event_source, user_id, account_id, access_key_id, outcome, event, n);
    return last + array_length(contents, 1);
  end $$`,
  `create function keep_audit_events() returns trigger language plpgsql as $$
  begin
    if tg_op = 'DELETE' and current_setting('gatehouse.audit', true) = 'retention' then
      return null;
    end if;
    raise exception 'audit events are neither changed nor removed' using errcode = 'insufficient_privilege';
  end $$`,
  `create trigger audit_events_kept before update or delete or truncate on audit_events for each statement execute function keep_audit_events()`,
  // What the search asks for, newest first. Each costs every event that is written, so there is none that another can stand in for.
  `create index audit_events_by_source on audit_events (event_source, position desc)`,
  `create index audit_events_by_address on audit_events ((event ->> 'sourceIPAddress'), position desc)`,
  `create index audit_events_by_request on audit_events ((event ->> 'requestID'))`,
  `create index audit_events_by_id on audit_events (event_id)`,
  `create index audit_events_failed on audit_events (position desc) where outcome = 'Failure'`,
]

const down = [
  ...['failed', 'by_id', 'by_request', 'by_address', 'by_source'].map((index) => `drop index audit_events_${index}`),
  'drop trigger audit_events_kept on audit_events',
  'drop function keep_audit_events()',
  'drop function append_audit_events(jsonb, text[])',
  'drop table audit_streams',
  'drop table audit_checkpoints',
  'drop table audit_keys',
  'alter table audit_events drop column previous_hash, drop column hash',
  'alter table audit_events alter column position add generated always as identity',
  `select setval(pg_get_serial_sequence('audit_events', 'position'), coalesce(max(position), 0) + 1, false) from audit_events`,
]

export class AuditChain1763683200019 implements MigrationInterface {
  readonly name = 'AuditChain1763683200019'

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement)
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of down) await runner.query(statement)
  }
}
