// Our own keys take turns, those for SAML too: beside the one in use there is the next, published before it is used, and the one
// before. Of every key it is kept when it was used first and last.
import type { MigrationInterface, QueryRunner } from 'typeorm'

export class KeyRotation1763683200040 implements MigrationInterface {
  readonly name = 'KeyRotation1763683200040'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table signing_keys add column first_used_at timestamptz, add column last_used_at timestamptz')
    await runner.query(`alter table saml_keys
      add column id text, add column state text not null default 'current' check (state in ('next', 'current', 'previous')), add column state_since timestamptz, add column first_used_at timestamptz, add column last_used_at timestamptz`)
    // The place under which a key is sealed is its id: of those that there are it is the purpose.
    await runner.query('update saml_keys set id = purpose, state_since = created_at')
    await runner.query('alter table saml_keys alter column state_since set not null, alter column state drop default, drop constraint saml_keys_pkey, add primary key (id)')
    await runner.query('create unique index saml_keys_state on saml_keys (purpose, state)')
  }

  async down(runner: QueryRunner): Promise<void> {
    // Sealed under another place than the purpose, a key does not open any more: it is made anew.
    await runner.query(`delete from saml_keys where state <> 'current' or id <> purpose`)
    await runner.query('drop index saml_keys_state')
    await runner.query('alter table saml_keys drop constraint saml_keys_pkey, drop column id, drop column state, drop column state_since, drop column first_used_at, drop column last_used_at, add primary key (purpose)')
    await runner.query('alter table signing_keys drop column first_used_at, drop column last_used_at')
  }
}
