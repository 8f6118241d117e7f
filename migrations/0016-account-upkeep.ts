// Whom trust policies name, by unique id; when roles were used last; instance profiles; credential reports; and marks that
// revoke whatever was issued in an account.
import type { MigrationInterface, QueryRunner } from 'typeorm'

const up = `
alter table iam_entities add column trusted jsonb;
alter table iam_entities add column last_used_at timestamptz;
alter table iam_entities add column last_used_region text;

update iam_entities r set trusted = (
  select jsonb_object_agg(named.arn, p.id) from (select distinct jsonb_path_query(r.trust_policy::jsonb, 'lax $.Statement[*].Principal.AWS[*]') #>> '{}' as arn) named
  join iam_entities p on p.kind in ('user', 'role') and named.arn = 'arn:aws:iam::' || p.account_id || ':' || p.kind || p.path || p.name)
where r.kind = 'role' and r.trust_policy not like '%\\u0000%';

create table iam_instance_profiles (
  id text primary key,
  account_id char(12) not null references accounts on delete cascade,
  name text not null,
  path text not null,
  tags jsonb not null default '{}',
  role_id text references iam_entities on delete set null,
  created_at timestamptz not null
);
create unique index iam_instance_profiles_name on iam_instance_profiles (account_id, lower(name));
create index iam_instance_profiles_by_role on iam_instance_profiles (role_id) where role_id is not null;

create table iam_credential_reports (
  account_id char(12) primary key references accounts on delete cascade,
  content text not null,
  generated_at timestamptz not null
);

alter table credential_revocations drop constraint credential_revocations_kind_check;
alter table credential_revocations add constraint credential_revocations_kind_check check (kind in ('user', 'role', 'session', 'account'));
`

const down = `
delete from credential_revocations where kind = 'account';
alter table credential_revocations drop constraint credential_revocations_kind_check;
alter table credential_revocations add constraint credential_revocations_kind_check check (kind in ('user', 'role', 'session'));
drop table iam_credential_reports;
drop table iam_instance_profiles;
alter table iam_entities drop column last_used_region;
alter table iam_entities drop column last_used_at;
alter table iam_entities drop column trusted;
`

export class AccountUpkeep1763683200016 implements MigrationInterface {
  readonly name = 'AccountUpkeep1763683200016'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(up)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(down)
  }
}
