// Many assignments at once: what a job makes or takes away, and how far it is.
import type { MigrationInterface, QueryRunner } from 'typeorm'

const up = `
create table assignment_jobs (
  id text primary key,
  kind text not null check (kind in ('assign', 'unassign')),
  state text not null check (state in ('running', 'done', 'failed')),
  products jsonb not null,
  total integer not null,
  position integer not null default 0,
  changed integer not null default 0,
  unchanged integer not null default 0,
  failed integer not null default 0,
  some_unchanged jsonb not null default '[]',
  some_failed jsonb not null default '[]',
  starter jsonb not null,
  started_at timestamptz not null,
  finished_at timestamptz
);
create index assignment_jobs_running on assignment_jobs (started_at, id) where state = 'running';
create index assignment_jobs_by_time on assignment_jobs (started_at, id);
`

export class AssignmentJobs1763683200027 implements MigrationInterface {
  readonly name = 'AssignmentJobs1763683200027'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(up)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table assignment_jobs')
  }
}
