// Passkeys and security keys, and the random name by which authenticators know their owner.
import type { MigrationInterface, QueryRunner } from 'typeorm'

const up = `
create table passkey_handles (
  principal text primary key,
  handle text not null unique check (length(handle) >= 43)
);

create table passkeys (
  id text primary key,
  principal text not null,
  credential_id text not null,
  public_key bytea not null,
  sign_count bigint not null check (sign_count >= 0),
  transports jsonb not null default '[]',
  is_synced boolean not null,
  is_backed_up boolean not null,
  aaguid uuid not null,
  name text not null,
  created_at timestamptz not null default now(),
  last_used_at timestamptz
);
create unique index passkeys_credential_id on passkeys (credential_id);
create index passkeys_principal on passkeys (principal);
`

export class Passkeys1763683200007 implements MigrationInterface {
  readonly name = 'Passkeys1763683200007'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(up)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table passkeys; drop table passkey_handles')
  }
}
