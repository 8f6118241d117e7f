// What the page of events needs: searches that have a name, when the trail was verified last, and events by their session.
import type { MigrationInterface, QueryRunner } from 'typeorm'

const up = `
create table saved_views (
  folded text primary key,
  name text not null,
  filters jsonb not null,
  saved_by text not null,
  saved_at timestamptz not null
);
create table audit_verifications (
  scope text primary key check (scope in ('whole', 'recent')),
  verified_at timestamptz not null,
  since timestamptz not null,
  first_position bigint,
  last_position bigint,
  events bigint not null,
  fault_position bigint,
  fault text
);
create index audit_events_by_session on audit_events ((event #>> '{additionalEventData,sessionId}'), position desc)
  where event #>> '{additionalEventData,sessionId}' is not null;
`

const down = `
drop index audit_events_by_session;
drop table audit_verifications;
drop table saved_views;
`

export class TrailPages1763683200030 implements MigrationInterface {
  readonly name = 'TrailPages1763683200030'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(up)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(down)
  }
}
