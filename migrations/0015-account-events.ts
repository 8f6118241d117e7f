// What happened in one account is found without reading what happened in all others.
import type { MigrationInterface, QueryRunner } from 'typeorm'

export class AccountEvents1763683200015 implements MigrationInterface {
  readonly name = 'AccountEvents1763683200015'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create index audit_events_by_account on audit_events (account_id, position desc) where account_id is not null')
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index audit_events_by_account')
  }
}
