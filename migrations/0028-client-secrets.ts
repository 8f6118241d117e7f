// An application's secret is replaced without haste: the one before counts on until its time is up.
import type { MigrationInterface, QueryRunner } from 'typeorm'

const up = `
alter table applications add column secret_made_at timestamptz;
alter table applications add column old_secret_hash text;
alter table applications add column old_secret_made_at timestamptz;
alter table applications add column old_secret_ends_at timestamptz;
`

const down = `
alter table applications drop column old_secret_ends_at;
alter table applications drop column old_secret_made_at;
alter table applications drop column old_secret_hash;
alter table applications drop column secret_made_at;
`

export class ClientSecrets1763683200028 implements MigrationInterface {
  name = 'ClientSecrets1763683200028'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(up)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(down)
  }
}
