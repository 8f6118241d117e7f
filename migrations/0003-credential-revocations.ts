// Revoked credentials: per user, role or session, the time up to which what was issued no longer counts.
import type { MigrationInterface, QueryRunner } from 'typeorm'

const up = `
create table credential_revocations (
  kind text not null check (kind in ('user', 'role', 'session')),
  subject text not null,
  issued_before timestamptz not null,
  revoked_by text not null,
  revoked_at timestamptz not null default clock_timestamp(),
  primary key (kind, subject)
);
create index credential_revocations_revoked_at on credential_revocations (revoked_at);
`

export class CredentialRevocations1763683200003 implements MigrationInterface {
  readonly name = 'CredentialRevocations1763683200003'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(up)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table credential_revocations')
  }
}
