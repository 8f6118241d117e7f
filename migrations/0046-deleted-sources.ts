// Sources that were deleted and whose sessions are still to be ended: whoever deletes one cannot always end them.
import type { MigrationInterface, QueryRunner } from 'typeorm'

export class DeletedSources1763683200046 implements MigrationInterface {
  readonly name = 'DeletedSources1763683200046'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create table deleted_sources (id uuid primary key, name text not null)')
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table deleted_sources')
  }
}
