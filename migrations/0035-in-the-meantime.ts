// What happens while something is under way: jobs of assignments that somebody stopped, and those who were asked for an answer
// and were reminded of it.
import type { MigrationInterface, QueryRunner } from 'typeorm'

const up = `
alter table assignment_jobs drop constraint assignment_jobs_state_check;
alter table assignment_jobs add constraint assignment_jobs_state_check check (state in ('running', 'done', 'failed', 'stopped'));
alter table assignment_jobs add column stopped_by text;

alter table access_requests add column approvers_reminded_at timestamptz;
`

const down = `
alter table access_requests drop column approvers_reminded_at;

alter table assignment_jobs drop column stopped_by;
update assignment_jobs set state = 'failed' where state = 'stopped';
alter table assignment_jobs drop constraint assignment_jobs_state_check;
alter table assignment_jobs add constraint assignment_jobs_state_check check (state in ('running', 'done', 'failed'));
`

export class InTheMeantime1763683200035 implements MigrationInterface {
  readonly name = 'InTheMeantime1763683200035'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(up)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(down)
  }
}
