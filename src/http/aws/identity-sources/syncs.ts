// How bringing people in line with a directory is told: what it would do, and how it stands.
import { ExternalRefusal } from '../../../domain/federation/index.js'
import type { DirectorySource, IdentitySource, Listed, SourceSync, SourceSyncs, SyncPlan } from '../../../domain/identity-sources/index.js'
import { Refusal } from '../../../platform/errors.js'
import type { JsonObject } from '../protocol/request.js'

const seconds = (date: Date | undefined): number | undefined => date && date.getTime() / 1000

const counted = ({ count: Count, names: Names }: Listed): JsonObject => ({ Count, Names })

const planned = ({ people, created, changed, disabled, enabled, kept, skipped, stops }: SyncPlan): JsonObject =>
  ({ People: people, Created: counted(created), Changed: counted(changed), Disabled: counted(disabled), Enabled: counted(enabled), Kept: counted(kept), Skipped: { ...counted(skipped), Says: skipped.says }, Stops: stops })

/** Says what one would do; where the directory does not answer as it should, what is the matter and what to do about it. */
export async function plannedSync(source: DirectorySource, syncs: Pick<SourceSyncs, 'plan'>): Promise<JsonObject> {
  try {
    return { Plan: planned(await syncs.plan(source)) }
  } catch (error) {
    if (!(error instanceof ExternalRefusal)) throw error
    return { Problem: { Says: error.step.says, Advice: error.step.advice } }
  }
}

/** Says how it stands. */
export const toldSync = ({ isUnderWay, startedAt, startedBy, last }: SourceSync): JsonObject => ({
  UnderWay: isUnderWay, StartedAt: seconds(startedAt), StartedBy: startedBy,
  ...(last && {
    Last: {
      Outcome: last.outcome.toUpperCase(), FinishedAt: seconds(last.finishedAt), Says: last.says, Advice: last.advice,
      ...(last.numbers && { Numbers: Object.fromEntries(Object.entries(last.numbers).map(([name, count]) => [`${name[0]!.toUpperCase()}${name.slice(1)}`, count])) }),
    },
  }),
})

/** Nothing else is synchronised. */
export function requireDirectory(source: IdentitySource): DirectorySource {
  if (source.kind !== 'ldap') throw new Refusal('invalid-input', 'Only sources that are asked by LDAP are synchronised.')
  return source
}
