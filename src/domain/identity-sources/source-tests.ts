// Tests of a source, before anybody signs in by it: every step as it went, and who somebody would be here. Nobody comes in by
// one and nothing here is another afterwards; what was seen is kept for a while, for the session that tested.
import { Refusal } from '../../platform/errors.js'
import { newSecret } from '../../platform/ids.js'
import type { Clock } from '../../platform/clock.js'
import type { EphemeralStore } from '../../platform/storage/ephemeral.js'
import { ExternalRefusal, ExternalSteps, type ExternalIdentity, type ExternalStep } from '../federation/index.js'
import type { Admission } from './admission.js'
import { foreseen, readClaims, type ForeseenPerson, type FindUser, type ReadClaim } from './foreseen-person.js'
import type { IdentitySource, SourceKind } from './sources.js'
import type { Way, WayOut } from './ways.js'
import type { WaysOut } from './ways-out.js'

export type { ForeseenPerson } from './foreseen-person.js'

/** What was typed for a test. */
export interface Typed {
  name: string
  password: string
}

/** How sources of a kind are tested: a browser goes there, or a name and a password are typed here. */
export type Tester =
  | { shape: 'browser'; way: Way }
  | { shape: 'password'; prove(source: IdentitySource, typed: Typed, steps: ExternalSteps): Promise<ExternalIdentity | undefined> }

/** How a test went. Nothing in it is secret. */
export interface SourceTest {
  sourceId: string
  /** Milliseconds since the epoch. */
  at: number
  steps: ExternalStep[]
  /** Why it does not work, in a stable word; undefined where it does. */
  reason?: string
  subject?: string
  claims: ReadClaim[]
  person?: ForeseenPerson
}

export interface SourceTestsOptions {
  testers: Readonly<Partial<Record<SourceKind, Tester>>>
  admission: Pick<Admission, 'foresee'>
  waysOut: Pick<WaysOut, 'keep' | 'take'>
  store: Pick<EphemeralStore, 'put' | 'get'>
  findUser: FindUser
  clock: Clock
}

/** Seconds for which a test can be looked at. */
const kept = 600
/** Characters of a message that are kept. */
const longest = 60_000

const keyOf = (name: string): string => `source-test:${name}`
const ownerOf = (session: string): string => `test ${session}`

export class SourceTests {
  constructor(private readonly options: SourceTestsOptions) {}

  /** Says how sources of a kind are tested; undefined where they are not. */
  shapeOf(kind: SourceKind): Tester['shape'] | undefined {
    return this.options.testers[kind]?.shape
  }

  /** Begins one: where the browser goes, or how it went where nobody goes anywhere. `page` takes the answer. */
  async begin(source: IdentitySource, { session, page, typed }: { session: string; page: string; typed?: Typed | undefined }): Promise<{ wayOut: WayOut } | { test: SourceTest }> {
    const tester = this.options.testers[source.kind]
    if (!tester) throw new Refusal('invalid-input', 'Sources of this kind cannot be tested.')
    const steps = new ExternalSteps()
    if (tester.shape === 'password') {
      if (!typed || typed.name === '' || typed.password === '') throw new Refusal('invalid-input', 'Type the name and the password of somebody whom the directory knows.')
      return { test: await this.#look(source, steps, async () => await tester.prove(source, typed, steps) ?? refuseTyped(steps)) }
    }
    try {
      const wayOut = await tester.way.begin(source, { again: false, isTest: true }, steps)
      // What was seen on the way out is shown with what comes back.
      await this.options.waysOut.keep(wayOut.handle, { owner: ownerOf(session), page, sourceId: source.id, keep: { kept: wayOut.keep, steps: steps.steps.map(bounded) } })
      return { wayOut }
    } catch (error) {
      if (!(error instanceof ExternalRefusal)) throw error
      return { test: this.#testOf(source, steps, { reason: error.reason }) }
    }
  }

  /** Takes the answer, once, and only in the session that set out. Refuses with `expired`. */
  async finish(source: IdentitySource, { session, answer }: { session: string; answer: string }): Promise<SourceTest> {
    const tester = this.options.testers[source.kind]
    const taken = await this.options.waysOut.take(answer, ownerOf(session))
    if (!taken || taken.sourceId !== source.id || tester?.shape !== 'browser') throw new Refusal('expired', 'This test has ended, was looked at already, or was begun in another browser. Begin it again on the page of the identity source.')
    const steps = new ExternalSteps()
    const { kept: keep, steps: before } = taken.keep as { kept: unknown; steps: ExternalStep[] }
    steps.steps.push(...before)
    return this.#look(source, steps, () => tester.way.finish(source, { keep, params: taken.params, isTest: true }, steps))
  }

  /** Keeps how a test went, and returns the name that the session finds it by. */
  async keep(test: SourceTest, session: string): Promise<string> {
    const name = newSecret()
    await this.options.store.put(keyOf(name), JSON.stringify({ session, test }), { ttl: kept })
    return name
  }

  /** Gets what was kept. Refuses with `expired`. */
  async get(name: string, { session, sourceId }: { session: string; sourceId: string }): Promise<SourceTest> {
    const entry = await this.options.store.get(keyOf(name))
    const found = entry && JSON.parse(entry.value) as { session: string; test: SourceTest }
    if (!found || found.session !== session || found.test.sourceId !== sourceId) throw new Refusal('expired', 'A test is shown for ten minutes, to the session that made it. Begin another one on the page of the identity source.')
    return found.test
  }

  async #look(source: IdentitySource, steps: ExternalSteps, prove: () => Promise<ExternalIdentity>): Promise<SourceTest> {
    let identity: ExternalIdentity | undefined
    try {
      identity = await prove()
      const admitted = await this.options.admission.foresee({ source, identity, steps, origin: undefined })
      return this.#testOf(source, steps, { identity, person: await foreseen(admitted, { identity, source, findUser: this.options.findUser }) })
    } catch (error) {
      return this.#testOf(source, steps, { identity, reason: reasonOf(error, steps) })
    }
  }

  #testOf(source: IdentitySource, steps: ExternalSteps, { identity, person, reason }: { identity?: ExternalIdentity | undefined; person?: ForeseenPerson; reason?: string }): SourceTest {
    return {
      sourceId: source.id, at: this.options.clock(), steps: steps.steps.map(bounded), claims: identity ? readClaims(identity, source) : [],
      ...(identity && { subject: identity.subject }), ...(person && { person }), ...(reason !== undefined && { reason }),
    }
  }
}

const refuseTyped = (steps: ExternalSteps): never => steps.fail({
  name: 'password', reason: 'not-right', says: 'The directory knows nobody by this name and password.', advice: 'Try another person. If it is so for everybody, compare the filter and the base with where people are in the directory.',
})

/** Whatever the directory here refuses is a step that failed, too; what is our fault is no test. */
function reasonOf(error: unknown, { steps }: ExternalSteps): string {
  if (error instanceof ExternalRefusal) return error.reason
  if (!(error instanceof Refusal) || error.code === 'unavailable' || error.code === 'busy') throw error
  steps.push({ name: 'person', outcome: 'failed', says: error.message, advice: 'Look at what is mapped to the parts of a person.' })
  return error.code
}

const bounded = (step: ExternalStep): ExternalStep => ({ ...step, ...cut('sent', step.sent), ...cut('received', step.received) })

const cut = (name: 'sent' | 'received', text: string | undefined): Partial<ExternalStep> => (text === undefined ? {} : { [name]: text.length > longest ? `${text.slice(0, longest)}…` : text })
