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
    { name: 'length', sentence: `${minimumLength} to ${maximumLength} characters`, isMet: (password) => [...password].length >= minimumLength && [...password].length <= maximumLength },
    policy.requireLowercase && { name: 'lowercase', sentence: 'A lower-case letter', isMet: (password) => /\p{Ll}/u.test(password) },
    policy.requireUppercase && { name: 'uppercase', sentence: 'An upper-case letter', isMet: (password) => /\p{Lu}/u.test(password) },
    policy.requireDigit && { name: 'digit', sentence: 'A digit', isMet: (password) => /\d/.test(password) },
    policy.requireOther && { name: 'other', sentence: 'Something else, such as a space or punctuation', isMet: (password) => /[^\p{L}\p{N}]/u.test(password) },
    { name: 'own-names', sentence: 'None of your own names', isMet: (password) => !names.some((name) => password.toLowerCase().includes(name)) },
  ]
  return rules.filter((rule) => rule !== false)
}

/** Names the rules that a password breaks. */
export const checkPassword = (password: string, rules: PasswordRule[]): PasswordRule[] => rules.filter((rule) => !rule.isMet(password))
