// The way in of somebody whom a source has proved: the person they are linked to, one who is recognised by a rule of the source,
// or somebody new. What they are here then follows the source, as far as it is said to.
import { Refusal } from '../../platform/errors.js'
import type { Trail } from '../../platform/audit/index.js'
import type { Database, Executor } from '../../platform/storage/database.js'
import { Users, type User } from '../directory/index.js'
import type { ExternalIdentity, ExternalSteps } from '../federation/index.js'
import { events, type Recording } from './events.js'
import { followGroups, type GroupRules } from './following-groups.js'
import { Links } from './links.js'
import { isSourcesOwn, profileOf, type MappedProfile } from './mapping.js'
import { changedBy, newcomerOf } from './profile-changes.js'
import { peopleOf, recognise, type RecognitionRules } from './recognising.js'
import type { IdentitySource } from './sources.js'

/** Who came in, and what became of them by it. */
export interface Admitted {
  user: User
  profile: MappedProfile
  created: boolean
  linked: boolean
  updated: boolean
  groups: { joined: string[]; left: string[] }
}

export interface AdmissionOptions extends GroupRules, RecognitionRules {
  database: Pick<Database, 'transaction'>
  trail: Pick<Trail, 'within'>
  clock: () => number
  /** Notes that an address is somebody's. */
  prove: (tx: Executor, userId: string, address: string) => Promise<void>
}

interface Coming {
  source: IdentitySource
  identity: ExternalIdentity
  steps: ExternalSteps
  /** Where the request came from, for the trail. */
  origin: Recording['origin']
}

export class Admission {
  constructor(private readonly options: AdmissionOptions) {}

  /** Lets somebody in. Throws `ExternalRefusal` where the source may not vouch for whoever that is. */
  async admit(coming: Coming): Promise<Admitted> {
    try {
      return await this.options.database.transaction((tx) => this.#enter(tx, coming))
    } catch (error) {
      // They came in twice at the same moment: now they are there.
      if (error instanceof Refusal && error.code === 'conflict') return this.options.database.transaction((tx) => this.#enter(tx, coming))
      throw error
    }
  }

  /** Says what would become of somebody, and changes nothing. */
  async foresee(coming: Coming): Promise<Admitted> {
    let foreseen: Admitted | undefined
    await this.options.database.transaction(async (tx) => {
      foreseen = await this.#enter(tx, coming)
      throw new Undone()
    }).catch((error: unknown) => {
      if (!(error instanceof Undone)) throw error
    })
    return foreseen!
  }

  async #enter(tx: Executor, { source, identity, steps, origin }: Coming): Promise<Admitted> {
    const recording: Recording = { recorder: this.options.trail.within(tx), source, origin }
    const profile = profileOf(identity, source)
    const links = new Links(tx, this.options.clock)
    const link = await links.findAlone(source.id, identity.subject)
    const found = link ? await new Users(tx).get(link.userId) : await recognise(tx, { source, identity, profile, steps, people: peopleOf(tx, source), ...this.options })
    const user = found ?? await this.#make(tx, { source, profile, steps, recording })
    if (!link) {
      await links.create({ sourceId: source.id, subject: identity.subject, userId: user.id, by: found ? `matched by ${source.provisioning.match}` : 'first sign-in' })
      await events.linked(recording, user, identity.subject)
    }
    if (!user.active) steps.fail({ name: 'person', reason: 'disabled', says: `${user.userName} is disabled here.`, advice: 'Enable the person, or leave it as it is.' })
    const updated = found !== undefined && await this.#follow(tx, { source, user, profile, steps, recording })
    const groups = await followGroups(tx, { source, user, names: profile.groups, claims: identity.claims, steps, recording, ...this.options })
    await links.use({ sourceId: source.id, subject: identity.subject })
    return { user: updated ? await new Users(tx).get(user.id) : user, profile, created: found === undefined, linked: link === undefined, updated, groups }
  }

  async #make(tx: Executor, { source, profile, steps, recording }: { source: IdentitySource; profile: MappedProfile; steps: ExternalSteps; recording: Recording }): Promise<User> {
    const person = newcomerOf(profile, source, steps)
    const users = new Users(tx)
    // Looked up before, because a name that is taken ends the transaction otherwise.
    const [taken] = await tx.query('select 1 from users where lower(user_name) = lower($1) union all select 1 from deleted_users where lower(user_name) = lower($1)', [person.userName])
    if (taken) {
      steps.fail({
        name: 'person', reason: 'name-taken', attribute: source.mapping.userName, says: `The user name ${person.userName} is somebody's here who is not linked to the source, or of somebody who was deleted.`,
        advice: 'Link that person to the subject on their page, choose by what people are recognised, or map another claim to the user name.',
      })
    }
    const [id] = await users.create([{ ...person, by: `identity source ${source.name}` }])
    const user = await users.get(id!)
    if (isSourcesOwn(profile, source)) await this.options.prove(tx, user.id, profile.email!)
    await events.created(recording, user)
    steps.passed('person', `${user.userName} is new here.`)
    return user
  }

  async #follow(tx: Executor, { source, user, profile, steps, recording }: { source: IdentitySource; user: User; profile: MappedProfile; steps: ExternalSteps; recording: Recording }): Promise<boolean> {
    steps.passed('person', `It is ${user.userName}.`)
    const changed = source.provisioning.update ? changedBy(profile, user) : undefined
    if (!changed) return false
    await new Users(tx).update([{ ...changed, id: user.id, by: `identity source ${source.name}` }])
    await events.updated(recording, user, changed)
    return true
  }
}

/** Takes back what was only looked at. */
class Undone extends Error {}
