// What a new password must be like. The policy is data; the rules are named, so that a page can show
// each as it is met.

export interface PasswordPolicy {
  minimumLength: number
  maximumLength: number
  requireLowercase: boolean
  requireUppercase: boolean
  requireDigit: boolean
  requireOther: boolean
}

export interface PasswordRule {
  name: 'length' | 'lowercase' | 'uppercase' | 'digit' | 'other' | 'own-names'
  sentence: string
  /** The same as a regular expression (flag u) that a browser can test as one types; none where only the server can tell. */
  pattern?: string
  isMet: (password: string) => boolean
}

export const defaultPasswordPolicy: PasswordPolicy = {
  minimumLength: 8,
  maximumLength: 64,
  requireLowercase: true,
  requireUppercase: true,
  requireDigit: true,
  requireOther: true,
}

/** Lists the rules for one person; `ownNames` are words the password must not contain. */
export function passwordRules(policy: PasswordPolicy, ownNames: string[]): PasswordRule[] {
  const { minimumLength, maximumLength } = policy
  const names = ownNames.map((name) => name.toLowerCase()).filter((name) => name.length >= 3)
  const rules: (PasswordRule | false)[] = [
    { name: 'length', sentence: `${minimumLength} to ${maximumLength} characters`, pattern: `^.{${minimumLength},${maximumLength}}$`, isMet: (password) => [...password].length >= minimumLength && [...password].length <= maximumLength },
    policy.requireLowercase && { name: 'lowercase', sentence: 'A lower-case letter', ...byPattern(String.raw`\p{Ll}`) },
    policy.requireUppercase && { name: 'uppercase', sentence: 'An upper-case letter', ...byPattern(String.raw`\p{Lu}`) },
    policy.requireDigit && { name: 'digit', sentence: 'A digit', ...byPattern(String.raw`\d`) },
    policy.requireOther && { name: 'other', sentence: 'Something else, such as a space or punctuation', ...byPattern(String.raw`[^\p{L}\p{N}]`) },
    { name: 'own-names', sentence: 'None of your own names', ...(names.length > 0 && { pattern: `^(?!.*(?:${names.map(inAnyCase).join('|')}))` }), isMet: (password) => !names.some((name) => password.toLowerCase().includes(name)) },
  ]
  return rules.filter((rule) => rule !== false)
}

const byPattern = (pattern: string): Pick<PasswordRule, 'pattern' | 'isMet'> => ({ pattern, isMet: (password) => new RegExp(pattern, 'u').test(password) })

/** A pattern for a word in capitals and small letters alike; the flag for that would change what `\p{Lu}` means. */
const inAnyCase = (word: string): string => [...word].map((character) => {
  const upper = character.toUpperCase()
  if ([...upper].length === 1 && upper !== character) return `[${character}${upper}]`
  return /[\p{L}\p{N}]/u.test(character) ? character : `\\u{${character.codePointAt(0)!.toString(16)}}`
}).join('')

/** Names the rules that a password breaks. */
export const checkPassword = (password: string, rules: PasswordRule[]): PasswordRule[] => rules.filter((rule) => !rule.isMet(password))
