// Metadata of SAML sources, fetched again and again: when, how it went, and when it is due; and when a provider fetched ours.
import type { MigrationInterface, QueryRunner } from 'typeorm'

export class SourceMetadata1763683200039 implements MigrationInterface {
  readonly name = 'SourceMetadata1763683200039'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table identity_source_fetches (
      source_id uuid primary key references identity_sources on delete cascade,
      url text not null,
      due_at timestamptz not null,
      tried_at timestamptz,
      fetched_at timestamptz,
      valid_until timestamptz,
      failures integer not null default 0,
      fault text
    )`)
    await runner.query('create index identity_source_fetches_due on identity_source_fetches (due_at)')
    await runner.query('alter table identity_sources add column metadata_given_at timestamptz')
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table identity_sources drop column metadata_given_at')
    await runner.query('drop table identity_source_fetches')
  }
}
