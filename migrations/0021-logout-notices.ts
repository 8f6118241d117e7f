// Sign-outs that an application has yet to hear of.
import type { MigrationInterface, QueryRunner } from 'typeorm'

const up = `
create table logout_notices (
  id uuid primary key,
  client_id text not null,
  user_id uuid not null,
  sid text,
  queued_at timestamptz not null,
  due_at timestamptz not null,
  attempts integer not null default 1
);
create index logout_notices_by_due on logout_notices (due_at);
`

export class LogoutNotices1763683200021 implements MigrationInterface {
  readonly name = 'LogoutNotices1763683200021'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(up)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table logout_notices')
  }
}
