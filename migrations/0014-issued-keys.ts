// What was issued is found by its access key id, in the events that issued it.
import type { MigrationInterface, QueryRunner } from 'typeorm'

export class IssuedKeys1763683200014 implements MigrationInterface {
  readonly name = 'IssuedKeys1763683200014'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create index audit_events_by_issued_key on audit_events ((event #>> '{responseElements,credentials,accessKeyId}'))
      where event #>> '{responseElements,credentials,accessKeyId}' is not null`)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index audit_events_by_issued_key')
  }
}
