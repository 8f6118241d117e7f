// The history of requests is searched by administrators: by how they stand, by who asked, by what was asked for, by when.
import type { MigrationInterface, QueryRunner } from 'typeorm'

const up = `
create index access_requests_by_state on access_requests (state, position desc);
create index access_requests_by_user_name on access_requests (lower(user_name), position desc);
create index access_requests_by_time on access_requests (asked_at);
create index access_requests_by_permission_set_name on access_requests (lower(permission_set_name), position desc);
`

const down = `
drop index access_requests_by_permission_set_name;
drop index access_requests_by_time;
drop index access_requests_by_user_name;
drop index access_requests_by_state;
`

export class RequestsFound1763683200029 implements MigrationInterface {
  name = 'RequestsFound1763683200029'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(up)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(down)
  }
}
