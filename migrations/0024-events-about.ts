// What was done to somebody is found as quickly as what they did: whom an event is about stands in an index.
import type { MigrationInterface, QueryRunner } from 'typeorm'

const about = `coalesce(event #>> '{requestParameters,userId}', event #>> '{requestParameters,memberId,userId}', event #>> '{requestParameters,principalId}',
  event #>> '{responseElements,userId}', event #>> '{additionalEventData,before,memberId,userId}')`

export class EventsAbout1763683200024 implements MigrationInterface {
  readonly name = 'EventsAbout1763683200024'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create index audit_events_about on audit_events ((${about}), position desc) where ${about} is not null`)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index audit_events_about')
  }
}
