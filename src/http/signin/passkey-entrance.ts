// A passkey on a page before any sign-in has begun: it says who somebody is and proves it, and a sign-in begins that is proved
// already. The same answer for a passkey that nobody has, one of somebody who signs in elsewhere, and a wrong signature.
import { createHash } from 'node:crypto'
import type { Context } from 'koa'
import type { Attempts, SignInAttempt } from '../../domain/sessions/index.js'
import type { Clock } from '../../platform/clock.js'
import { newUuid } from '../../platform/ids.js'
import { copiedNotice, reasonOf, type SigninPasskeys } from './passkey.js'
import type { Member, Population } from './population.js'
import type { SigninInteraction } from './steps.js'

/** What somebody would have said on that page. */
export type Said = NonNullable<SigninInteraction['said']>

/** One kind of people, and what stands for a name of theirs. */
export interface PasskeyOwners extends Pick<Population, 'base' | 'findByPrincipal' | 'eventsOf' | 'notify'> {
  kind: 'root' | 'iam-user'
  /** Says what the owner of a passkey would; undefined where that is one of another kind, or gone. */
  saidOf: (principal: string) => Promise<Said | undefined>
}

interface Options {
  passkeys: Pick<SigninPasskeys, 'isPossible' | 'beginAuthentication' | 'finishAuthentication'>
  attempts: Pick<Attempts, 'save'>
  clock: Clock
  worthRecording: (ctx: Context) => Promise<boolean>
  owners: readonly PasskeyOwners[]
}

/** Ties a challenge to one browser. */
const boundTo = (ctx: Context): string => `entrance ${createHash('sha256').update(ctx.state.csrf as string).digest('base64url')}`

/** Makes what asks for a passkey, and takes one. `begin` begins a sign-in in this browser and returns its id. */
export function passkeyEntrance(options: Options) {
  const { passkeys, attempts, clock, worthRecording } = options
  return {
    isPossible: passkeys.isPossible,
    ask: (ctx: Context): Promise<object> => passkeys.beginAuthentication(boundTo(ctx)),

    /** Returns where the sign-in goes on, or nothing. */
    async prove(ctx: Context, answer: string, begin: (kind: PasskeyOwners['kind'], said: Said) => Promise<string>): Promise<string | undefined> {
      const result = await passkeys.finishAuthentication(boundTo(ctx), answer)
      const found = result.passkey && await findOwner(result.passkey.principal, options)
      const attempt: SignInAttempt = { id: '', workflowId: newUuid(), proofs: [], ...(found && { userName: found.member.userName, userId: found.member.id }) }
      if (result.outcome !== 'proved' || found?.member.active !== true) {
        const { owners, said, member } = found ?? { owners: options.owners[0]!, said: nobody, member: undefined }
        if (found || await worthRecording(ctx)) await owners.eventsOf(ctx, attempt, interactionOf(said)).verified('hwk', 'Failure', member?.id, reasonOf(result))
        if (result.outcome === 'copied' && member) await owners.notify(ctx, member.id, copiedNotice(result.passkey))
        return undefined
      }
      const { owners, said, member } = found
      const events = owners.eventsOf(ctx, attempt, interactionOf(said))
      await events.challenged('hwk', member)
      await events.verified('hwk', 'Success', member.id)
      const id = await begin(owners.kind, said)
      await attempts.save({ ...attempt, id, proofs: result.proofs.map((way) => ({ way, provedAt: clock() })), provedBy: result.passkey.id })
      return `${owners.base}/${id}`
    },
  }
}

async function findOwner(principal: string, { owners }: Options): Promise<{ owners: PasskeyOwners; said: Said; member: Member } | undefined> {
  for (const one of owners) {
    const said = await one.saidOf(principal)
    const member = said && await one.findByPrincipal(principal, interactionOf(said))
    if (member) return { owners: one, said, member }
  }
  return undefined
}

const nobody: Said = { userName: '', accountId: '', account: '' }

/** What a sign-in that has not begun is. */
const interactionOf = (said: Said): SigninInteraction =>
  ({ uid: '', client: { name: 'Console', isPortal: true }, said, loginHint: undefined, again: undefined, wantsTwoFactors: false, session: undefined })
