// What the pages of settings have in common: what is set, who may change it, and where a fault stands.
import type { WrittenSettings } from '../../domain/organization/index.js'
import type { Fault } from '../../platform/errors.js'
import type { Failed } from '../middleware/form-again.js'
import type { AdminVisit } from './visit.js'

/** What whoever looks may do. */
export const mayChange = (visit: AdminVisit): Promise<Record<'change' | 'test', boolean>> =>
  visit.may({ change: { action: 'gatehouse:UpdateSettings', resource: '*' }, test: { action: 'gatehouse:SendTestMail', resource: '*' } })

export const readSettings = async (visit: AdminVisit): Promise<WrittenSettings> => (await visit.settings('GetSettings')).Settings as WrittenSettings

/** Faults of the entries of a list stand at the field of the list. */
export const inFields = ({ faults, ...failed }: Failed): Failed => ({
  ...failed,
  faults: faults?.map(({ path, message }: Fault) => {
    const [, field = path, entry] = /^(.+?)\[(\d+)\]/.exec(path) ?? []
    return { path: field, message: entry === undefined ? message : `Entry ${Number(entry) + 1}: ${message.charAt(0).toLowerCase()}${message.slice(1)}` }
  }),
})
