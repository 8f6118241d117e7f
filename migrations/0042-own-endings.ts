// Our own certificates for SAML end as those of sources do: of how many days before the end it was told last.
import type { MigrationInterface, QueryRunner } from 'typeorm'

export class OwnEndings1763683200042 implements MigrationInterface {
  readonly name = 'OwnEndings1763683200042'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table saml_keys add column warned_days smallint')
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table saml_keys drop column warned_days')
  }
}
