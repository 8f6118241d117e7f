// People are imported by the thousand: whose an address is, is asked of the index alone, however many there were when the plan was
// made, and the indexes that are asked on the way keep nothing back to be sorted in later.
import type { MigrationInterface, QueryRunner } from 'typeorm'

export class DirectoryImports1763683200033 implements MigrationInterface {
  readonly name = 'DirectoryImports1763683200033'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create function users_with_addresses(wanted jsonb[]) returns setof uuid language sql stable set enable_seqscan = off as $$
      select distinct u.id from unnest(wanted) as w join users u on lower(u.emails::text)::jsonb @> w
    $$`)
    for (const index of ['users_emails', 'users_external_ids']) await runner.query(`alter index ${index} set (fastupdate = off)`)
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const index of ['users_emails', 'users_external_ids']) await runner.query(`alter index ${index} reset (fastupdate)`)
    await runner.query('drop function users_with_addresses(jsonb[])')
  }
}
