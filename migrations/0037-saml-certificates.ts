// Certificates of SAML: those that a source of people signs with, each with its place in a change from one to the next, and our
// own, with the keys that we sign and open messages with, sealed.
import type { MigrationInterface, QueryRunner } from 'typeorm'

export class SamlCertificates1763683200037 implements MigrationInterface {
  readonly name = 'SamlCertificates1763683200037'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table identity_source_certificates (
      source_id uuid not null references identity_sources on delete cascade,
      fingerprint text not null check (fingerprint ~ '^[0-9a-f]{64}$'),
      der bytea not null,
      subject text not null,
      not_before timestamptz not null,
      not_after timestamptz not null,
      state text not null check (state in ('next', 'current', 'retiring', 'retired')),
      added_at timestamptz not null,
      added_by text not null,
      first_used_at timestamptz,
      last_used_at timestamptz,
      warned_days smallint,
      primary key (source_id, fingerprint)
    )`)
    await runner.query(`create unique index identity_source_certificates_current on identity_source_certificates (source_id) where state = 'current'`)
    await runner.query(`create table saml_keys (
      purpose text primary key check (purpose in ('signing', 'encryption')),
      sealed bytea not null,
      certificate bytea not null,
      created_at timestamptz not null
    )`)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table saml_keys, identity_source_certificates')
  }
}
