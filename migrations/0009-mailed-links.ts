// Links that were mailed (resets, invitations, "this was not me"), by the hash of their token, and the addresses
// that were proved by opening one.
import type { MigrationInterface, QueryRunner } from 'typeorm'

const up = `
create table mailed_links (
  hash bytea primary key,
  purpose text not null check (purpose in ('reset', 'invitation', 'not-me')),
  principal text not null,
  address text not null,
  issued_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz
);
create index mailed_links_by_principal on mailed_links (principal, purpose);

create table verified_addresses (
  principal text not null,
  address text not null,
  verified_at timestamptz not null,
  primary key (principal, address)
);

create index users_emails on users using gin ((lower(emails::text)::jsonb) jsonb_path_ops);
`

export class MailedLinks1763683200009 implements MigrationInterface {
  readonly name = 'MailedLinks1763683200009'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(up)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index users_emails; drop table verified_addresses; drop table mailed_links')
  }
}
