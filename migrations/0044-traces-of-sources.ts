// What identity sources leave behind: the sign-ins that failed at each, found among all that was ever refused; and whom the
// synchronisation of one disabled, which is over as soon as anybody enables or disables them.
import type { MigrationInterface, QueryRunner } from 'typeorm'

const up = [
  // Names and passwords that were wrong are the most of what fails and nobody's fault, so they are left out, and cost nothing.
  `create index audit_events_failed_at_source on audit_events ((event #>> '{additionalEventData,sourceId}'), position desc)
    where event_name = 'CredentialVerification' and outcome = 'Failure' and event #>> '{additionalEventData,sourceId}' is not null
      and event #>> '{additionalEventData,reason}' is distinct from 'credentials'`,
  'alter table identity_links add column disabled_at timestamptz',
  `update identity_links l set disabled_at = u.updated_at from users u, identity_sources s
    where u.id = l.user_id and s.id = l.source_id and s.kind = 'ldap' and not u.active and u.updated_by = 'identity source ' || s.name`,
  `create function forget_disabling_source() returns trigger language plpgsql as $$
  begin
    update identity_links set disabled_at = null where user_id = new.id and disabled_at is not null;
    return null;
  end $$`,
  'create trigger users_active after update of active on users for each row when (old.active <> new.active) execute function forget_disabling_source()',
]

const down = [
  'drop trigger users_active on users',
  'drop function forget_disabling_source()',
  'alter table identity_links drop column disabled_at',
  'drop index audit_events_failed_at_source',
]

export class TracesOfSources1763683200044 implements MigrationInterface {
  readonly name = 'TracesOfSources1763683200044'

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement)
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of down) await runner.query(statement)
  }
}
