// Searches of events that were given a name, for everybody who may look events up.
import type { Clock } from '../../platform/clock.js'
import { Refusal } from '../../platform/errors.js'
import type { Database } from '../../platform/storage/database.js'

export interface SavedView {
  name: string
  /** What is searched for, by field. */
  filters: Readonly<Record<string, string>>
  /** Who saved it last, in words. */
  savedBy: string
  savedAt: Date
}

export const mostSavedViews = 100

interface Stored extends Record<string, unknown> {
  name: string
  filters: Record<string, string>
  saved_by: string
  saved_at: Date
}

export class SavedViews {
  constructor(private readonly database: Pick<Database, 'query' | 'transaction'>, private readonly clock: Clock) {}

  async list(): Promise<SavedView[]> {
    return (await this.database.query<Stored>('select name, filters, saved_by, saved_at from saved_views order by folded')).map(viewOf)
  }

  async find(name: string): Promise<SavedView | undefined> {
    const [row] = await this.database.query<Stored>('select name, filters, saved_by, saved_at from saved_views where folded = $1', [fold(name)])
    return row && viewOf(row)
  }

  /** Saves a view, in place of the one that has its name. */
  async put({ name, filters, savedBy }: Omit<SavedView, 'savedAt'>): Promise<void> {
    await this.database.transaction(async (tx) => {
      await tx.query('lock table saved_views in share row exclusive mode')
      await tx.query(
        'insert into saved_views (folded, name, filters, saved_by, saved_at) values ($1, $2, $3, $4, $5) on conflict (folded) do update set name = $2, filters = $3, saved_by = $4, saved_at = $5',
        [fold(name), name, JSON.stringify(filters), savedBy, new Date(this.clock())])
      const [count] = await tx.query<{ count: string }>('select count(*) as count from saved_views')
      if (Number(count!.count) > mostSavedViews) throw new Refusal('limit-exceeded', `There are ${mostSavedViews} saved views, and no more can be kept. Delete one first.`)
    })
  }

  /** Deletes a view; false where there was none. */
  async delete(name: string): Promise<boolean> {
    return (await this.database.query('delete from saved_views where folded = $1 returning folded', [fold(name)])).length > 0
  }
}

const fold = (name: string): string => name.toLowerCase()

const viewOf = ({ name, filters, saved_by: savedBy, saved_at: savedAt }: Stored): SavedView => ({ name, filters, savedBy, savedAt })
