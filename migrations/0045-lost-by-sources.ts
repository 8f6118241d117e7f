// Whom a directory has no more, while another one may: since when its synchronisation does not find somebody, and when one was done last.
import type { MigrationInterface, QueryRunner } from 'typeorm'

export class LostBySources1763683200045 implements MigrationInterface {
  readonly name = 'LostBySources1763683200045'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table identity_links add column lost_at timestamptz')
    await runner.query('update identity_links set lost_at = disabled_at where disabled_at is not null')
    await runner.query('alter table identity_source_syncs add column done_at timestamptz')
    await runner.query(`update identity_source_syncs set done_at = finished_at where outcome = 'done'`)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table identity_source_syncs drop column done_at')
    await runner.query('alter table identity_links drop column lost_at')
  }
}
