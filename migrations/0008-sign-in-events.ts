// Somebody's own sign-ins are found among their many other events without reading those.
import type { MigrationInterface, QueryRunner } from 'typeorm'

export class SignInEvents1763683200008 implements MigrationInterface {
  readonly name = 'SignInEvents1763683200008'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create index audit_events_of_sign_ins on audit_events (user_id, position desc)
      where event_name in ('UserAuthentication', 'CredentialVerification') and (event_name = 'UserAuthentication' or outcome = 'Failure')`)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index audit_events_of_sign_ins')
  }
}
