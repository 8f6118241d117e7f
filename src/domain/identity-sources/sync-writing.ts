// Writes a batch of what a synchronization has decided, in one transaction, with an event for each.
import { Refusal } from '../../platform/errors.js'
import type { Executor } from '../../platform/storage/database.js'
import { Users, type User } from '../directory/index.js'
import { events, type Recording } from './events.js'
import type { GroupRules } from './following-groups.js'
import { Links } from './links.js'
import { isSourcesOwn } from './mapping.js'
import { changedBy } from './profile-changes.js'
import type { IdentitySource } from './sources.js'
import { byOf, type Decision } from './sync-decisions.js'
import { leaveLost, move } from './sync-groups.js'

export interface WritingRules extends Pick<GroupRules, 'leaving'> {
  clock: () => number
  prove: (tx: Executor, userId: string, address: string) => Promise<void>
  /** Ends what people hold who are disabled from now on. */
  disabling: (tx: Executor, userIds: string[]) => Promise<void>
}

interface Writing extends WritingRules {
  source: IdentitySource
  recording: Recording
}

type Of<Kind extends Decision['kind']> = Extract<Decision, { kind: Kind }>
const idsOf = (decisions: readonly { user: User }[]): string[] => decisions.map(({ user }) => user.id)
const ofKind = <Kind extends Decision['kind']>(decisions: readonly Decision[], kind: Kind): Of<Kind>[] => decisions.filter((one): one is Of<Kind> => one.kind === kind)

/** Writes decisions. Refuses with `conflict` where somebody came in meanwhile whom one of them is about, or another directory has them by now, or no more. */
export async function write(tx: Executor, decisions: readonly Decision[], writing: Writing): Promise<void> {
  // As they are by now, and with nobody else in between.
  const here = decisions.flatMap((one) => ('user' in one ? one.user.id : []))
  await tx.query('select 1 from users where id = any($1::uuid[]) order by id for update', [here])
  await note(tx, decisions, writing)
  await create(tx, ofKind(decisions, 'create'), writing)
  await keep(tx, ofKind(decisions, 'keep'), writing)
  await move(tx, ofKind(decisions, 'spare').map(({ user, moves }) => ({ user, ...moves })), writing)
  await disable(tx, idsOf(ofKind(decisions, 'disable')), writing)
}

/** Notes whom the source has, and looks once more whom others have: of two that lose somebody at the same moment the second sees it. */
async function note(tx: Executor, decisions: readonly Decision[], { source, clock }: Writing): Promise<void> {
  const [lost, found, disabled] = [ofKind(decisions, 'lose'), idsOf(ofKind(decisions, 'find')), idsOf(ofKind(decisions, 'disable'))]
  const links = new Links(tx, clock)
  if (found.length > 0) await links.noteLost(source.id, found, false)
  if (lost.length > 0) await links.noteLost(source.id, idsOf(lost), true)
  const spared = idsOf(lost.filter(({ spares }) => spares))
  const held = await links.heldByOthers(source.id, [...spared, ...disabled])
  if (spared.some((id) => !held.has(id)) || disabled.some((id) => held.has(id))) throw new Refusal('conflict', 'Another directory with the same people was synchronised at the same moment. Synchronise again.')
}

async function create(tx: Executor, decisions: Of<'create'>[], writing: Writing): Promise<void> {
  const { source, recording, prove } = writing
  if (decisions.length === 0) return
  const ids = await new Users(tx).create(decisions.map(({ person }) => ({ ...person, by: byOf(source) })))
  const users = await byId(tx, ids)
  const made = decisions.map((decision, at) => ({ ...decision, user: users.get(ids[at]!)! }))
  await link(tx, made, 'first synchronization', writing)
  for (const { user, listed: { profile, subject } } of made) {
    if (user.emails.length > 0 && isSourcesOwn(profile, source)) await prove(tx, user.id, profile.email!)
    await events.created(recording, user)
    await events.linked(recording, user, subject)
  }
  await move(tx, made.map(({ user, moves }) => ({ user, ...moves })), writing)
}

async function keep(tx: Executor, decisions: Of<'keep'>[], writing: Writing): Promise<void> {
  const { source, recording } = writing
  if (decisions.length === 0) return
  const users = await byId(tx, decisions.map(({ user }) => user.id))
  const kept = decisions.flatMap((decision) => (users.has(decision.user.id) ? [{ ...decision, user: users.get(decision.user.id)! }] : []))
  const fresh = kept.filter(({ links }) => links)
  await link(tx, fresh, `matched by ${source.provisioning.match}`, writing)
  for (const { user, listed } of fresh) await events.linked(recording, user, listed.subject)
  const enabled = await enable(tx, kept.filter(({ enables }) => enables).map(({ user }) => user.id), writing)
  for (const { user } of kept) if (enabled.has(user.id)) await events.enabled(recording, user)
  await leaveLost(tx, kept.flatMap(({ user }) => (enabled.has(user.id) ? [user] : [])), writing)
  const changed = kept.flatMap(({ changes, user, listed }) => {
    const after = changes ? changedBy(listed.profile, user) : undefined
    return after && (user.active || enabled.has(user.id)) ? [{ user, after: { ...after, active: true } }] : []
  })
  if (changed.length > 0) await new Users(tx).update(changed.map(({ user, after }) => ({ ...after, id: user.id, by: byOf(source) })))
  for (const { user, after } of changed) await events.updated(recording, user, after)
  await move(tx, kept.map(({ user, moves }) => ({ user, ...moves })), writing)
}

/** Lets those in again whom a directory disabled, and nobody since. */
async function enable(tx: Executor, ids: string[], { source, clock }: Writing): Promise<Set<string>> {
  const disabled = ids.length === 0 ? [] : await new Links(tx, clock).takeDisabled(ids)
  return new Set(disabled.length === 0 ? [] : await new Users(tx).setActive(disabled, true, byOf(source)))
}

async function disable(tx: Executor, ids: string[], { source, recording, disabling, clock }: Writing): Promise<void> {
  const disabled = ids.length === 0 ? [] : await new Users(tx).setActive(ids, false, byOf(source))
  if (disabled.length === 0) return
  await new Links(tx, clock).noteDisabled(disabled)
  await disabling(tx, disabled)
  for (const user of (await byId(tx, disabled)).values()) await events.disabled(recording, user)
}

const link = (tx: Executor, linking: readonly { user: User; listed: { subject: string } }[], by: string, { source, clock }: Writing): Promise<void> =>
  new Links(tx, clock).linkAll(linking.map(({ user, listed }) => ({ sourceId: source.id, subject: listed.subject, userId: user.id })), by)

const byId = async (tx: Executor, ids: readonly string[]): Promise<Map<string, User>> => new Map((await new Users(tx).listByIds(ids)).map((user) => [user.id, user]))
