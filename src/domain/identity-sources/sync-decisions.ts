// What is to become of each person by what a directory lists. Nothing is written here.
import type { Executor } from '../../platform/storage/database.js'
import type { NewUser, User } from '../directory/index.js'
import { ExternalRefusal, ExternalSteps } from '../federation/index.js'
import type { GroupRules } from './following-groups.js'
import { Links } from './links.js'
import { changedBy, newcomerOf } from './profile-changes.js'
import { recognise, type RecognitionRules } from './recognising.js'
import type { IdentitySource } from './sources.js'
import { SyncGroups, type Moves } from './sync-groups.js'
import { readStanding, type ListedPerson, type Standing } from './sync-listing.js'

/** What becomes of one: `spare` says that the source has them no more and another directory does, and which groups that costs them; `lose` and `find` what is noted of that. */
export type Decision =
  | { kind: 'create'; listed: ListedPerson; person: NewUser; moves: Moves }
  | { kind: 'keep'; listed: ListedPerson; user: User; links: boolean; enables: boolean; changes: boolean; moves: Moves }
  | { kind: 'disable'; user: User }
  | { kind: 'spare'; user: User; moves: Moves }
  | { kind: 'lose'; user: User; spares: boolean }
  | { kind: 'find'; user: User }
  | { kind: 'skip'; name: string; says: string }

export interface Decisions {
  decisions: Decision[]
  /** How many linked people may sign in now. */
  linkedAndActive: number
}

interface Deciding extends RecognitionRules, Pick<GroupRules, 'isAdministering'> {
  source: IdentitySource
  listed: ReadonlyMap<string, ListedPerson>
  clock: () => number
}

interface Seen extends Deciding {
  standing: Standing
  groups: SyncGroups | undefined
  /** Whom another directory has, of those whom the source has no more. */
  held: ReadonlySet<string>
}

/** What the source writes as whoever did something. */
export const byOf = ({ name }: Pick<IdentitySource, 'name'>): string => `identity source ${name}`

const vouching = (user: User): string => `${user.userName} has a say in the management account, and the source may not vouch for such people.`
const still: Moves = { joins: [], leaves: [] }

/** Decides about everybody who is listed or linked. */
export async function decide(tx: Executor, deciding: Deciding): Promise<Decisions> {
  const { source, listed } = deciding
  const standing = await readStanding(tx, source, listed)
  const groups = await SyncGroups.read(tx, { ...deciding, names: new Set([...listed.values()].flatMap(({ profile }) => profile.groups)) })
  const gone = [...standing.linked].filter(([subject, { active }]) => active && !listed.get(subject)?.active).map(([, { id }]) => id)
  const held = await new Links(tx, deciding.clock).heldByOthers(source.id, gone)
  const seen: Seen = { ...deciding, standing, groups, held }
  const decisions: Decision[] = []
  for (const [subject, user] of standing.linked) {
    const isIn = listed.get(subject)?.active ?? false
    if (isIn === standing.lost.has(user.id)) decisions.push(isIn ? { kind: 'find', user } : { kind: 'lose', user, spares: held.has(user.id) })
    const decision = await aboutLinked(tx, seen, user, listed.get(subject))
    if (decision) decisions.push(decision)
  }
  for (const one of listed.values()) if (one.active && !standing.linked.has(one.subject)) decisions.push(await aboutStranger(tx, seen, one))
  return { decisions, linkedAndActive: [...standing.linked.values()].filter(({ active }) => active).length }
}

async function aboutLinked(tx: Executor, { source, standing, groups, held, isAdministrator }: Seen, user: User, listed: ListedPerson | undefined): Promise<Decision | undefined> {
  const isIn = listed?.active ?? false
  if (held.has(user.id)) return { kind: 'spare', user, moves: groups?.movesOf(user.id, []) ?? still }
  if (user.active !== isIn) {
    // Whoever was disabled here by somebody stays so, whatever the directory says.
    if (!user.active && !standing.disabled.has(user.id)) return undefined
    if (!source.provisioning.administrators && await isAdministrator(tx, user.id)) return { kind: 'skip', name: user.userName, says: vouching(user) }
  }
  if (!isIn) return user.active ? { kind: 'disable', user } : undefined
  const { profile } = listed!
  const [changes, moves] = [source.provisioning.update && changedBy(profile, user) !== undefined, groups?.movesOf(user.id, profile.groups) ?? still]
  return !user.active || changes || moves.joins.length > 0 || moves.leaves.length > 0 ? { kind: 'keep', listed: listed!, user, links: false, enables: !user.active, changes, moves } : undefined
}

async function aboutStranger(tx: Executor, { source, standing, groups, isAdministrator, isProved }: Seen, listed: ListedPerson): Promise<Decision> {
  const { profile, subject } = listed
  const steps = new ExternalSteps()
  try {
    const user = await recognise(tx, { source, identity: { subject }, profile, steps, people: standing.people, isAdministrator, isProved })
    if (user) {
      if (!user.active) return { kind: 'skip', name: user.userName, says: `${user.userName} is disabled here.` }
      standing.link(user.id)
      return { kind: 'keep', listed, user, links: true, enables: false, changes: source.provisioning.update && changedBy(profile, user) !== undefined, moves: groups?.movesOf(user.id, profile.groups) ?? still }
    }
    const person = newcomerOf(profile, source, steps)
    const name = person.userName.toLowerCase()
    if (standing.taken.has(name)) return { kind: 'skip', name: person.userName, says: `The user name ${person.userName} is somebody's here who is not linked to the source, or of somebody who was deleted.` }
    standing.taken.add(name)
    return { kind: 'create', listed, person, moves: groups?.movesOf(undefined, profile.groups) ?? still }
  } catch (error) {
    if (error instanceof ExternalRefusal) return { kind: 'skip', name: profile.userName ?? subject, says: error.step.says }
    throw error
  }
}
