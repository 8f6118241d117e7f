// Changes to one application, each in a transaction of its own in which it holds still.
import { Refusal } from '../../platform/errors.js'
import { newId } from '../../platform/ids.js'
import type { Database } from '../../platform/storage/database.js'
import type { Changed } from './permission-set-changes.js'
import { Applications, type Application, type ApplicationSettings, type NewApplication } from './applications.js'

/** What can be changed of one. */
export interface ApplicationParts extends Partial<Pick<Application, 'name' | 'description' | 'startUrl' | 'icon' | 'clientMetadata' | 'clientSecretHash'>> {
  settings?: Partial<ApplicationSettings>
}

export class ApplicationChanges {
  constructor(private readonly database: Pick<Database, 'transaction'>) {}

  /** Creates one; the same token gives the same application again, and not another. */
  async create(application: NewApplication, settings: Partial<ApplicationSettings>, token: string | undefined): Promise<Application> {
    return this.database.transaction(async (tx) => {
      const applications = new Applications(tx)
      if (token !== undefined) {
        // Two requests with one token take turns.
        await tx.query('select pg_advisory_xact_lock(hashtext($1))', [`application ${token}`])
        const [row] = await tx.query<{ id: string }>('select id from applications where client_token = $1', [token])
        const made = row && await applications.lock(row.id)
        if (made && made.name === application.name) return made
        if (made) throw new Refusal('conflict', 'The client token was used for another application.')
      }
      const [id] = await applications.create([{ ...application, id: newId('app-') }])
      if (token !== undefined) await tx.query('update applications set client_token = $2 where id = $1', [id, token])
      const made = await applications.lock(id!)
      await applications.set(made.id, { ...made.settings, ...settings })
      return applications.lock(made.id)
    })
  }

  /** Changes one by what it is now. */
  async change(id: string, make: (application: Application) => ApplicationParts): Promise<Changed<Application>> {
    return this.database.transaction(async (tx) => {
      const applications = new Applications(tx)
      const before = await applications.lock(id)
      const { settings, ...parts } = make(before)
      const after = { ...before, ...parts, settings: { ...before.settings, ...settings } }
      if (Object.keys(parts).length > 0) await applications.update([after])
      if (settings) await applications.set(id, after.settings)
      return { before, after }
    })
  }
}
