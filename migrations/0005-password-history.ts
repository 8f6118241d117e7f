// The passwords that somebody had before, by their hashes: a new one must be none of the last few.
import type { MigrationInterface, QueryRunner } from 'typeorm'

const up = `
create table password_history (
  position bigint generated always as identity primary key,
  principal text not null references passwords on delete cascade,
  hash text not null,
  replaced_at timestamptz not null default now()
);
create index password_history_by_principal on password_history (principal, position desc);
`

export class PasswordHistory1763683200005 implements MigrationInterface {
  readonly name = 'PasswordHistory1763683200005'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(up)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table password_history')
  }
}
