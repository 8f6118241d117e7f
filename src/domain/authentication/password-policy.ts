// What a new password must be like. The policy is data; the rules are named, so that a page can show
// each as it is met.

export interface PasswordPolicy {
  /** `nist` asks for length alone, and takes no word that everybody would think of here (SP 800-63B section 3.1.1). */
  style: 'kinds' | 'nist'
  minimumLength: number
  maximumLength: number
  requireLowercase: boolean
  requireUppercase: boolean
  requireDigit: boolean
  requireOther: boolean
  /** How many of somebody's last passwords cannot be chosen again, the present one among them; at most `longestHistory`. */
  history: number
}

export interface PasswordRule {
  name: 'length' | 'lowercase' | 'uppercase' | 'digit' | 'other' | 'own-names' | 'leaked' | 'history'
  sentence: string
  /** The same as a regular expression (flag u) that a browser can test as one types; none where only the server can tell. */
  pattern?: string
  /** Absent where more than the password is needed to tell. */
  isMet?: (password: string) => boolean
}

/** How many passwords of a person are kept at most, to be compared with: each costs a hash. */
export const longestHistory = 10

export const defaultPasswordPolicy: PasswordPolicy = {
  style: 'kinds',
  minimumLength: 8,
  maximumLength: 64,
  requireLowercase: true,
  requireUppercase: true,
  requireDigit: true,
  requireOther: true,
  history: 3,
}

/** What `style: nist` stands for; with a password alone, 15 characters are the least. */
export const nistPasswordPolicy: PasswordPolicy = { ...defaultPasswordPolicy, style: 'nist', minimumLength: 15, requireLowercase: false, requireUppercase: false, requireDigit: false, requireOther: false }

/** Completes a policy as the organization file has it. */
export const policyOf = (declared: Partial<PasswordPolicy> = {}): PasswordPolicy => ({ ...(declared.style === 'nist' ? nistPasswordPolicy : defaultPasswordPolicy), ...declared })

/** Lists the rules for one person; `ownNames` are words the password must not contain, `contextWords` those of the place. */
export function policyRules(policy: PasswordPolicy, ownNames: string[], contextWords: string[] = []): PasswordRule[] {
  const { minimumLength, maximumLength, style, history } = policy
  const isNist = style === 'nist'
  const names = (isNist ? [...ownNames, ...contextWords] : ownNames).map((name) => name.toLowerCase()).filter((name) => name.length >= 3)
  const rules: (PasswordRule | false)[] = [
    { name: 'length', sentence: `${minimumLength} to ${maximumLength} characters`, pattern: `^.{${minimumLength},${maximumLength}}$`, isMet: (password) => [...password].length >= minimumLength && [...password].length <= maximumLength },
    policy.requireLowercase && { name: 'lowercase', sentence: 'A lower-case letter', ...byPattern(String.raw`\p{Ll}`) },
    policy.requireUppercase && { name: 'uppercase', sentence: 'An upper-case letter', ...byPattern(String.raw`\p{Lu}`) },
    policy.requireDigit && { name: 'digit', sentence: 'A digit', ...byPattern(String.raw`\d`) },
    policy.requireOther && { name: 'other', sentence: 'Something else, such as a space or punctuation', ...byPattern(String.raw`[^\p{L}\p{N}]`) },
    {
      name: 'own-names', sentence: isNist ? 'None of your own names, nor the name of this place' : 'None of your own names',
      ...(names.length > 0 && { pattern: `^(?!.*(?:${names.map(inAnyCase).join('|')}))` }), isMet: (password) => !names.some((name) => password.toLowerCase().includes(name)),
    },
    { name: 'leaked', sentence: 'Not known from a leak, nor only a disguise of one that is' },
    { name: 'history', sentence: history === 1 ? 'Not the one you have now' : `None of your last ${history} passwords` },
  ]
  return rules.filter((rule) => rule !== false)
}

const byPattern = (pattern: string): Required<Pick<PasswordRule, 'pattern' | 'isMet'>> => ({ pattern, isMet: (password) => new RegExp(pattern, 'u').test(password) })

/** A pattern for a word in capitals and small letters alike; the flag for that would change what `\p{Lu}` means. */
const inAnyCase = (word: string): string => [...word].map((character) => {
  const upper = character.toUpperCase()
  if ([...upper].length === 1 && upper !== character) return `[${character}${upper}]`
  return /[\p{L}\p{N}]/u.test(character) ? character : `\\u{${character.codePointAt(0)!.toString(16)}}`
}).join('')
