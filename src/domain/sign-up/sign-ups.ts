// A sign-up under way: an address, the code that was mailed there, and whether it came back. It belongs to one browser and
// makes one account.
import { createHash } from 'node:crypto'
import { Accounts, rootArn, type NewAccount } from '../accounts/index.js'
import { Passwords, rootPrincipal, type MailedCodeOutcome, type MailedCodes, type PasswordHashes } from '../authentication/index.js'
import type { RequestOrigin, Trail } from '../../platform/audit/index.js'
import { Refusal } from '../../platform/errors.js'
import { newSecret } from '../../platform/ids.js'
import type { MailQueue } from '../../platform/mail/index.js'
import type { Database } from '../../platform/storage/database.js'
import type { EphemeralStore } from '../../platform/storage/ephemeral.js'

export interface SignUp {
  id: string
  email: string
  /** Of the code that was mailed last. */
  code: string
  /** The code came back. */
  proved: boolean
}

interface Options {
  database: Database
  store: EphemeralStore
  codes: Pick<MailedCodes, 'issue' | 'redeem'>
  mail: MailQueue
  hashes: PasswordHashes
  trail: Trail
}

const lifetime = 60 * 60
const minutes = 10

export class SignUps {
  constructor(private readonly options: Options) {}

  /** Mails a code to an address, whoever has it; `browser` is a secret that only one browser shows. */
  async begin(email: string, browser: string, from: string): Promise<SignUp> {
    return this.#send({ id: newSecret(16), email, code: '', proved: false }, browser, from)
  }

  async find(id: string, browser: string): Promise<SignUp | undefined> {
    const kept = await this.options.store.get(keyOf(id, browser))
    return kept && JSON.parse(kept.value) as SignUp
  }

  /** Mails another code. */
  async sendAgain(signUp: SignUp, browser: string, from: string): Promise<void> {
    await this.#send(signUp, browser, from)
  }

  async prove(signUp: SignUp, browser: string, code: string): Promise<MailedCodeOutcome> {
    const outcome = await this.options.codes.redeem(principalOf(signUp), signUp.id, { id: signUp.code, code })
    if (outcome === 'proved') await this.#save({ ...signUp, proved: true }, browser)
    return outcome
  }

  /** Makes the account with its root user, once; refuses with `conflict` where the address has an account already. */
  async finish({ id, email, proved }: SignUp, browser: string, chosen: { name: string; password: string }, origin: RequestOrigin): Promise<NewAccount> {
    const { database, hashes, store, trail } = this.options
    if (await new Accounts(database).findByRootEmail(email)) throw new Refusal('conflict', 'This address is the root user of an account already. Sign in, or get a new password.')
    const hash = await hashes.hash(chosen.password, origin.sourceIPAddress)
    if (!proved || await store.take(keyOf(id, browser)) === undefined) throw new Refusal('already-used', 'This was finished already. Sign in with the password you chose.')
    const account = { id: await new Accounts(database).findFreeId(), name: chosen.name, alias: undefined, email, management: false }
    await database.transaction(async (tx) => {
      await new Accounts(tx).create([account])
      await new Passwords(tx, hashes).put([{ principal: rootPrincipal(account.id), hash, oneTime: false }])
      await trail.within(tx).record({
        eventName: 'CreateAccount', eventSource: 'signin.amazonaws.com', origin, accountId: account.id, requestParameters: { accountName: account.name },
        userIdentity: { type: 'Root', principalId: account.id, arn: rootArn(account.id), accountId: account.id, accessKeyId: '' }, responseElements: { accountId: account.id },
      })
    })
    return account
  }

  async #send(signUp: SignUp, browser: string, from: string): Promise<SignUp> {
    const { codes, database, mail } = this.options
    const { id, code } = await codes.issue(principalOf(signUp), signUp.id, { from, mailbox: signUp.email })
    const sent = { ...signUp, code: id }
    await this.#save(sent, browser)
    await database.transaction((tx) => mail.queue(tx, { to: signUp.email, template: 'address-code', model: { code, address: signUp.email, minutes } }))
    return sent
  }

  async #save(signUp: SignUp, browser: string): Promise<void> {
    await this.options.store.put(keyOf(signUp.id, browser), JSON.stringify(signUp), { ttl: lifetime })
  }
}

const principalOf = ({ email }: Pick<SignUp, 'email'>): string => `sign-up:${email.toLowerCase()}`

const keyOf = (id: string, browser: string): string => `sign-up:${createHash('sha256').update(JSON.stringify([id, browser])).digest('base64url')}`
