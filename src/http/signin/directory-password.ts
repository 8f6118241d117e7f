// The password of somebody whom a directory knows: it is asked there, one try for a name at a time, and what it proves is taken as
// from any other source. What is wrong about a name or a password is for the trail alone.
import { createHash } from 'node:crypto'
import { tooMany, type Attempted } from '../../domain/authentication/index.js'
import { ExternalRefusal, ExternalSteps, type ExternalIdentity } from '../../domain/federation/index.js'
import type { DirectorySource } from '../../domain/identity-sources/index.js'
import { Refusal } from '../../platform/errors.js'
import { takeIn, type ExternalSignIn } from './external.js'
import { failureDetails, showExternalFailure } from './external-failure.js'
import type { SigninOptions } from './signin.js'
import type { Visit } from './steps.js'

/** What was typed, whom it may be of, and who is asked. */
export interface TypedPassword {
  sources: readonly DirectorySource[]
  userId: string | undefined
  password: string
  attempted: Attempted
  /** What the person reads where it is wrong. */
  wrong: string
}

interface Answers {
  proved?: { source: DirectorySource; identity: ExternalIdentity; steps: ExternalSteps }
  /** What was not right, by the directories that answered. */
  wrong: { source: DirectorySource; details: Record<string, unknown> }[]
  /** Of directories that could not be asked, the first. */
  failed?: { source: DirectorySource; refusal: ExternalRefusal }
}

/** Seconds after which a try that never came to its end keeps nobody waiting any more. */
const longestTurn = 40

/** Makes what proves one. Refuses with `credentials-wrong` as for a password of this place; `shown` where a page says that it is not the person's fault. */
export function directoryPassword(options: SigninOptions, external: ExternalSignIn) {
  const { throttle, passwords } = options
  return async (here: Visit, typed: TypedPassword): Promise<'proved' | 'shown'> => {
    const attempted = { ...typed.attempted, name: folded(typed.attempted.name) }
    return inTurn(external, attempted, async () => {
      const turn = await throttle.check(attempted)
      // It takes no less time than for a name that no directory is asked for.
      const [answers] = await Promise.all([ask(here, typed, external), passwords.check(undefined, typed.password, attempted.address, here.mark)])
      const { proved, wrong, failed } = answers
      // Counted first: of many that come at once, those that are refused for it do not fill the trail.
      if (proved) await throttle.check(attempted, turn)
      else if (wrong.length > 0) await throttle.failed(attempted, turn)
      for (const { details } of wrong) await here.events.verified('ext', 'Failure', typed.userId, details)
      if (proved) {
        await throttle.succeeded(attempted)
        return enter(here, proved, options, external)
      }
      if (failed) return fail(here, failed.source, failed.refusal, options)
      throw new Refusal('credentials-wrong', typed.wrong)
    })
  }
}

/** Asks one after another, until one knows them. */
async function ask(here: Visit, { sources, password }: TypedPassword, { directories }: ExternalSignIn): Promise<Answers> {
  const answers: Answers = { wrong: [] }
  for (const source of sources) {
    const steps = new ExternalSteps()
    try {
      const identity = await directories.prove(source, { name: here.attempt.userName!, password }, steps)
      if (identity) return { ...answers, proved: { source, identity, steps } }
      const last = steps.steps.findLast(({ outcome }) => outcome !== 'passed')
      answers.wrong.push({ source, details: { sourceId: source.id, source: source.name, reason: 'credentials', ...(last && { step: last.name, says: last.says, advice: last.advice }) } })
    } catch (error) {
      if (!(error instanceof ExternalRefusal)) throw error
      // That a name is somebody's, or two people's, is told to nobody.
      if (error.reason === 'ambiguous') answers.wrong.push({ source, details: failureDetails(source, error) })
      else answers.failed ??= { source, refusal: error }
    }
  }
  return answers
}

/** Lets in whom a directory proved, as whoever that is here. */
async function enter(here: Visit, { source, identity, steps }: NonNullable<Answers['proved']>, options: SigninOptions, external: ExternalSignIn): Promise<'proved' | 'shown'> {
  try {
    await takeIn(here, { source, identity, steps, provedAt: options.clock() }, { external })
    return 'proved'
  } catch (error) {
    if (!(error instanceof ExternalRefusal)) throw error
    return fail(here, source, error, options)
  }
}

async function fail(here: Visit, source: DirectorySource, refusal: ExternalRefusal, options: SigninOptions): Promise<'shown'> {
  await here.events.verified('ext', 'Failure', undefined, failureDetails(source, refusal))
  await showExternalFailure(here, source, options)
  return 'shown'
}

/** One try for a name at a time: a directory that locks people out counts those that we do, and no more. */
async function inTurn<T>({ store }: ExternalSignIn, { name, browser = '' }: Attempted, work: () => Promise<T>): Promise<T> {
  const key = `directory-turn:${createHash('sha256').update(JSON.stringify([name, browser])).digest('base64url')}`
  if (await store.count(key, longestTurn) > 1) throw tooMany(2)
  try {
    return await work()
  } finally {
    await store.reset(key)
  }
}

/** Directories take many spellings for the same name; all of them are counted as one. */
const folded = (name: string): string => name.normalize('NFKD').replace(/[\p{M}\p{Cf}\p{Cc}\p{Z}\p{Default_Ignorable_Code_Point}]/gu, '').toLowerCase()
