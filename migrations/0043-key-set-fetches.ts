// From where applications ask for tokens, and from where the key set was fetched with which keys in it: so it is told who has the next one.
import type { MigrationInterface, QueryRunner } from 'typeorm'

export class KeySetFetches1763683200043 implements MigrationInterface {
  readonly name = 'KeySetFetches1763683200043'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table application_callers (
      application_id text not null references applications on delete cascade,
      address text not null,
      user_agent text not null,
      called_at timestamptz not null,
      primary key (application_id, address)
    )`)
    await runner.query('create index application_callers_address on application_callers (address)')
    await runner.query(`create table key_set_fetches (
      address text primary key,
      user_agent text not null,
      kids text[] not null,
      fetched_at timestamptz not null
    )`)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table key_set_fetches')
    await runner.query('drop table application_callers')
  }
}
