// Judges a password that somebody wants to have: the rules of the policy first, then whether it is known from
// a leak, and only then, because it costs hashes, whether it was theirs before.
import { policyRules, type PasswordPolicy, type PasswordRule } from './password-policy.js'
import type { Passwords } from './passwords.js'

/** What is needed of whoever knows leaked passwords. */
export interface KnownLeaks {
  has(plain: string): Promise<boolean>
}

/** Who chooses a password, and from where. */
export interface Chooser {
  /** Absent for somebody who is not there yet. */
  principal?: string
  /** Words the password must not contain: the person's names. */
  ownNames: string[]
  address: string
}

export interface JudgedRule {
  name: PasswordRule['name']
  sentence: string
  /** The same for a browser, see PasswordRule. */
  pattern?: string
  /** Undefined where it was not looked at. */
  met: boolean | undefined
}

export interface Judgement {
  rules: JudgedRule[]
  accepted: boolean
}

interface NewPasswordsOptions {
  passwords: Passwords
  leaks: KnownLeaks
  policy: () => Promise<PasswordPolicy>
  /** Words that everybody would think of here, such as the organization's name. */
  contextWords: () => Promise<string[]>
}

type Finding = Map<PasswordRule['name'], boolean>

export class NewPasswords {
  constructor(private readonly options: NewPasswordsOptions) {}

  /** Lists the rules for somebody, before there is a password. */
  async rules(chooser: Pick<Chooser, 'principal' | 'ownNames'>): Promise<JudgedRule[]> {
    return (await this.#rulesFor(chooser)).rules.map((rule) => judged(rule, new Map()))
  }

  /** Says which rules a password meets; accepted are those that meet all. */
  async judge(plain: string, chooser: Chooser): Promise<Judgement> {
    const { policy, rules } = await this.#rulesFor(chooser)
    const found: Finding = new Map(rules.flatMap(({ name, isMet }) => (isMet ? [[name, isMet(plain)] as const] : [])))
    if (allMet(found)) found.set('leaked', !await this.options.leaks.has(plain))
    const { principal, address } = chooser
    if (principal !== undefined && allMet(found)) found.set('history', !await this.options.passwords.isRecent(principal, plain, policy.history, address))
    return { rules: rules.map((rule) => judged(rule, found)), accepted: allMet(found) }
  }

  async #rulesFor({ principal, ownNames }: Pick<Chooser, 'principal' | 'ownNames'>): Promise<{ policy: PasswordPolicy; rules: PasswordRule[] }> {
    const [policy, words] = await Promise.all([this.options.policy(), this.options.contextWords()])
    const rules = policyRules(policy, ownNames, words)
    return { policy, rules: principal === undefined ? rules.filter(({ name }) => name !== 'history') : rules }
  }
}

const allMet = (found: Finding): boolean => [...found.values()].every(Boolean)

const judged = ({ name, sentence, pattern }: PasswordRule, found: Finding): JudgedRule => ({ name, sentence, ...(pattern !== undefined && { pattern }), met: found.get(name) })
