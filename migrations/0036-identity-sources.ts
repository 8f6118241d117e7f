// Sources of people outside: what is known of each, the mail domains that lead to it, whom it knows here, and which groups
// somebody is in by its word.
import type { MigrationInterface, QueryRunner } from 'typeorm'

export class IdentitySources1763683200036 implements MigrationInterface {
  readonly name = 'IdentitySources1763683200036'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table identity_sources (
      id uuid primary key,
      name text not null,
      kind text not null check (kind in ('oidc', 'saml', 'ldap')),
      enabled boolean not null,
      button boolean not null,
      second_step text not null check (second_step in ('ours', 'unless-theirs', 'theirs')),
      connection jsonb not null,
      mapping jsonb not null,
      provisioning jsonb not null,
      secret bytea,
      created_at timestamptz not null default clock_timestamp(),
      updated_at timestamptz not null default clock_timestamp(),
      updated_by text
    )`)
    await runner.query('create unique index identity_sources_name on identity_sources (lower(name))')
    await runner.query('create table identity_source_domains (domain text primary key, source_id uuid not null references identity_sources on delete cascade)')
    await runner.query('create index identity_source_domains_source on identity_source_domains (source_id)')
    await runner.query(`create table identity_links (
      source_id uuid not null references identity_sources on delete cascade,
      subject text not null,
      user_id uuid not null references users on delete cascade,
      linked_at timestamptz not null,
      linked_by text not null,
      used_at timestamptz,
      primary key (source_id, subject)
    )`)
    await runner.query('create unique index identity_links_user on identity_links (user_id, source_id)')
    await runner.query(`create table identity_link_groups (
      source_id uuid not null references identity_sources on delete cascade,
      user_id uuid not null references users on delete cascade,
      group_id uuid not null references groups on delete cascade,
      primary key (user_id, source_id, group_id)
    )`)
    await runner.query('create index identity_link_groups_source on identity_link_groups (source_id)')
    await runner.query('create index identity_link_groups_group on identity_link_groups (group_id)')
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table identity_link_groups, identity_links, identity_source_domains, identity_sources')
  }
}
