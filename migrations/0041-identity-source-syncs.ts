// Bringing people in line with everybody in a directory: when it was asked for, is under way, and how it went last.
import type { MigrationInterface, QueryRunner } from 'typeorm'

export class IdentitySourceSyncs1763683200041 implements MigrationInterface {
  readonly name = 'IdentitySourceSyncs1763683200041'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table identity_source_syncs (
      source_id uuid primary key references identity_sources on delete cascade,
      asked_at timestamptz,
      asked_by text,
      forced boolean not null default false,
      held_until timestamptz,
      started_at timestamptz,
      started_by text,
      finished_at timestamptz,
      outcome text check (outcome in ('done', 'stopped', 'failed')),
      says text,
      advice text,
      numbers jsonb
    )`)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table identity_source_syncs')
  }
}
