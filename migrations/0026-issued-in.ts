// What was issued for a permission set in an account is found by where it is good, when an assignment there ends.
import type { MigrationInterface, QueryRunner } from 'typeorm'

export class IssuedIn1763683200026 implements MigrationInterface {
  readonly name = 'IssuedIn1763683200026'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create index audit_events_issued_in on audit_events (account_id, (lower(event #>> '{serviceEventDetails,role_name}')), event_time)
      where event_name in ('GetRoleCredentials', 'Federate') and event #>> '{responseElements,credentials,accessKeyId}' is not null`)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index audit_events_issued_in')
  }
}
