// The tokens with which a directory outside keeps people and groups here: hashed, two at a time, each for a time.
import type { MigrationInterface, QueryRunner } from 'typeorm'

export class ProvisioningTokens1763683200032 implements MigrationInterface {
  readonly name = 'ProvisioningTokens1763683200032'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table provisioning_tokens (
      id text primary key,
      name text not null,
      hash bytea not null unique,
      administrators boolean not null default false,
      created_at timestamptz not null,
      created_by text,
      created_by_user uuid,
      expires_at timestamptz not null,
      last_used_at timestamptz,
      warned_days smallint
    )`)
    await runner.query('create unique index provisioning_tokens_name on provisioning_tokens (lower(name))')
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table provisioning_tokens')
  }
}
