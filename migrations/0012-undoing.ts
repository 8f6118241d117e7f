// What a notice told of, so that "this was not me" can take it back; and when recovery codes were made.
import type { MigrationInterface, QueryRunner } from 'typeorm'

const up = `
alter table mailed_links add column about jsonb;
alter table recovery_codes add column made_at timestamptz;
`

export class Undoing1763683200012 implements MigrationInterface {
  readonly name = 'Undoing1763683200012'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(up)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table recovery_codes drop column made_at; alter table mailed_links drop column about')
  }
}
