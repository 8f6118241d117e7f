// Changes the settings of an organization by themselves, in the words and by the rules of the file.
import type { Database } from '../../platform/storage/database.js'
import { Refusal, type Fault } from '../../platform/errors.js'
import { Organizations, type Organization } from '../settings/index.js'
import { applyLock } from './apply.js'
import { checkOrganization, checkPasswordPolicy, checkSecondFactors } from './check-rules.js'
import { settingsSchema } from './declaration.js'
import { exportedOrganization } from './export.js'
import { faultsOf, wording } from './faults.js'
import { mergeOrganization, mergeSettings } from './merge.js'
import type { Complain } from './check-names.js'
import { spellPath } from './plain-tree.js'
import { nowhere } from './secrets.js'
import { nothingYet, type OrganizationState, type SettingsState } from './snapshot.js'
import { organizationState } from './stored.js'

/** What the file says of an organization and of its settings. */
export interface WrittenSettings {
  organization: Record<string, unknown>
  settings: Record<string, unknown>
}

/** Writes the settings as the file has them. */
export const writtenSettings = (organization: Organization): WrittenSettings => ({ organization: exportedOrganization(organizationState(organization)), settings: organization.settings })

/** Checks a part of a file against what there is; refuses it with every fault, by path. */
function check(given: unknown, present: OrganizationState) {
  const shape = settingsSchema(nowhere).safeParse(given, { error: wording })
  const faults: Fault[] = shape.success ? [] : faultsOf(shape.error.issues, () => 1)
  const known = { ...nothingYet(), organization: present }
  const complain: Complain = (path, message) => { faults.push({ path: spellPath(path), message }) }
  for (const rule of [checkOrganization, checkSecondFactors]) rule(given, known, complain)
  checkPasswordPolicy(given, complain)
  if (!shape.success || faults.length > 0) throw new Refusal('invalid-input', 'Something in the form needs another look.', { faults: faults.map(({ path, message }) => ({ path, message: `This ${message}.` })) })
  return shape.data
}

/** Refuses what could not be saved, and changes nothing; returns the settings as they would be. */
export const checkSettings = (organization: Organization, given: unknown): SettingsState => check(given, organizationState(organization)).settings ?? {}

/** Changes what is named and leaves the rest, all or nothing; returns how it was and is written. */
export async function changeSettings(database: Pick<Database, 'transaction'>, given: unknown, mayBe: (after: SettingsState, present: SettingsState) => void): Promise<{ before: WrittenSettings; after: WrittenSettings }> {
  return database.transaction(async (tx) => {
    const [turn] = await tx.query<{ held: boolean }>('select pg_try_advisory_xact_lock($1) as held', [applyLock])
    if (!turn?.held) throw new Refusal('busy', 'Somebody else is changing the organization right now. Please try again in a moment.', { retryAfter: 5 })
    const organizations = new Organizations(tx)
    const found = await organizations.find()
    if (!found) throw new Refusal('unavailable', 'Gatehouse has not been set up yet.')
    const present = organizationState(found)
    const declared = check(given, present)
    const { directoryId: _, ...state } = mergeOrganization(declared.organization ?? {}, present)
    const settings = mergeSettings(declared.settings ?? {}, found.settings)
    mayBe(settings, found.settings)
    const after = { ...found, ...state, portalSubdomain: state.portalSubdomain, settings }
    await organizations.update(after)
    return { before: writtenSettings(found), after: writtenSettings(after) }
  })
}
