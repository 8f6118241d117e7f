// The outbox of mail: what is to be sent, written in the transaction of what it announces.
import type { MigrationInterface, QueryRunner } from 'typeorm'

const up = `
create table mails (
  id uuid primary key,
  template text not null,
  recipient text not null,
  state text not null default 'waiting' check (state in ('waiting', 'sent', 'failed')),
  sealed bytea,
  queued_at timestamptz not null,
  due_at timestamptz not null,
  attempts integer not null default 0,
  ended_at timestamptz,
  fault text
);
create index mails_due on mails (due_at) where state = 'waiting';
create index mails_ended on mails (ended_at) where state <> 'waiting';
`

export class Mails1763683200004 implements MigrationInterface {
  readonly name = 'Mails1763683200004'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(up)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table mails')
  }
}
