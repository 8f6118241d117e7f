// What was said at the entrance, as the sign-in pages find it; and the end of a sign-in, where a console session opens.
import type { Context } from 'koa'
import { hasProved, longestConsoleSession, type ConsoleEntries, type ConsoleEntry, type NewConsoleSession, type SignInAttempt } from '../../domain/sessions/index.js'
import type { Clock } from '../../platform/clock.js'
import { Refusal } from '../../platform/errors.js'
import { withOnward } from './onward.js'

/** Who a session is opened for: what is known of them, and as what they act. */
export type OpenConsole = Pick<NewConsoleSession, 'kind' | 'principal' | 'userName' | 'accountId' | 'label' | 'arn' | 'mfaSerial'>

interface Options {
  kind: ConsoleEntry['kind']
  entries: ConsoleEntries
  clock: Clock
  /** Finds who a proved sign-in was of; undefined for those who are gone since. */
  findOwner: (id: string, attempt: SignInAttempt) => Promise<OpenConsole | undefined>
  /** Opens the session in this browser, and returns its home; `page` is where it leads. */
  start: (ctx: Context, session: NewConsoleSession, page: string) => Promise<string>
}

/** What the sign-in pages see of an entry, and finish. */
export function consoleInteractions({ kind, entries, clock, findOwner, start }: Options) {
  const isOurs = (entry: ConsoleEntry | undefined): entry is ConsoleEntry => entry?.kind === kind
  return {
    async get(ctx: Context) {
      const entry = await entries.find(uidOf(ctx), browserOf(ctx))
      if (!isOurs(entry)) throw expired()
      const { userName, accountId, account } = entry
      return {
        uid: entry.id, client: { name: 'Console', isPortal: true }, said: { userName, accountId, account },
        loginHint: undefined, again: undefined, wantsTwoFactors: false, session: undefined,
        restartUrl: withOnward(kind === 'root' ? '/console/sign-in/root' : '/console/sign-in/user', entry),
      }
    },

    async finish(ctx: Context, { login: { accountId: id } }: { login: { accountId: string } }, attempt: SignInAttempt): Promise<void> {
      const entry = await entries.take(uidOf(ctx), browserOf(ctx))
      const owner = isOurs(entry) ? await findOwner(id, attempt) : undefined
      if (!entry || !owner) throw expired()
      const home = await start(ctx, {
        ...owner, ...provedBy(attempt), via: 'sign-in', expiresAt: clock() + longestConsoleSession, ...(entry.region && { region: entry.region }),
      }, entry.destination ?? '/console')
      ctx.status = 303
      ctx.redirect(entry.destination ?? home)
    },
  }
}

/** When it was proved, and with a device of theirs or what stands in for one; a code by mail is none. */
function provedBy({ proofs }: SignInAttempt): { provedAt: number; mfaAt?: number } {
  const provedAt = Math.max(...proofs.map((proof) => proof.provedAt))
  return hasProved(proofs, 'otp', 'swk', 'hwk', 'rec') ? { provedAt, mfaAt: provedAt } : { provedAt }
}

/** A secret that only this browser shows. */
export const browserOf = (ctx: Context): string => ctx.state.csrf as string

const uidOf = (ctx: Context): string => (ctx.params as { uid: string }).uid

const expired = (): Refusal => new Refusal('expired', 'This sign-in has ended, was open for too long, or was begun in another browser. Please start again.')
