// The catalogue of managed policies: AWS's names and ARNs, our own words and documents (docs/decisions/0016).
import { administration, rootTasks } from './administration.js'
import type { ManagedPolicy } from './entry.js'
import { jobs } from './jobs.js'
import { reading } from './reading.js'

export type { ManagedPolicy } from './entry.js'

/** Lists every managed policy there is, by name. */
export function listManagedPolicies(): readonly ManagedPolicy[] {
  return [...administration, ...reading, ...jobs, ...rootTasks].toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

/** Finds a managed policy by its ARN, whatever its partition. */
export function findManagedPolicy(arn: string): ManagedPolicy | undefined {
  const [, partition, rest] = /^arn:(aws[a-z-]*):(iam::aws:policy\/.+)$/.exec(arn) ?? []
  const found = [administration, reading, jobs, rootTasks].flatMap((policies) => policies.filter((policy) => policy.arn === `arn:aws:${rest}`))[0]
  return found && partition !== 'aws' ? { ...found, arn } : found
}
