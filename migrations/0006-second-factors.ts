// Second factors of any principal: authenticator apps, recovery codes, and browsers that need not be asked again.
import type { MigrationInterface, QueryRunner } from 'typeorm'

const up = `
create table authenticator_apps (
  id text primary key,
  principal text not null,
  name text not null,
  secret bytea not null,
  last_step bigint not null,
  drift integer not null default 0,
  created_at timestamptz not null,
  last_used_at timestamptz
);
create index authenticator_apps_by_principal on authenticator_apps (principal);

create table recovery_codes (
  principal text not null,
  hash text not null,
  primary key (principal, hash)
);

create table trusted_browsers (
  id text primary key,
  principal text not null,
  secret_hash text not null,
  browser text not null,
  network text not null,
  user_agent text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null
);
create index trusted_browsers_by_principal on trusted_browsers (principal);
create index trusted_browsers_expiry on trusted_browsers (expires_at);
`

const tables = ['trusted_browsers', 'recovery_codes', 'authenticator_apps']

export class SecondFactors1763683200006 implements MigrationInterface {
  readonly name = 'SecondFactors1763683200006'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(up)
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of tables) await runner.query(`drop table ${table}`)
  }
}
