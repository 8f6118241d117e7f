// The tables of the embedded ephemeral store: entries, the lists that name them, counters.
import type { MigrationInterface, QueryRunner } from 'typeorm'

const up = [
  // A row without a value remembers a removal. `born` ties the rows of lists to one life of the entry.
  `create table ephemeral (
    key text collate "C" primary key,
    value text,
    consumed_at bigint,
    expires_at bigint not null,
    born bigint not null
  ) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05)`,
  'create index ephemeral_expiry on ephemeral (expires_at)',
  `create table ephemeral_lists (
    list text collate "C" not null,
    key text collate "C" not null,
    born bigint not null,
    position bigint not null,
    primary key (list, key)
  ) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05)`,
  'create index ephemeral_lists_key on ephemeral_lists (key)',
  `create table ephemeral_counters (
    key text collate "C" primary key,
    count bigint not null,
    expires_at bigint not null
  ) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05)`,
  'create index ephemeral_counters_expiry on ephemeral_counters (expires_at)',
]

const down = ['drop table ephemeral_counters', 'drop table ephemeral_lists', 'drop table ephemeral']

export class Ephemeral1763683200001 implements MigrationInterface {
  readonly name = 'Ephemeral1763683200001'

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement)
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of down) await runner.query(statement)
  }
}
