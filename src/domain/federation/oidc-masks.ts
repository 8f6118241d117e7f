// What is shown of requests and answers: decoded, without anything that could be used, and no longer than somebody reads.
const secretNames = new Set([
  'code', 'code_verifier', 'client_secret', 'client_assertion', 'access_token', 'refresh_token', 'id_token', 'id_token_hint', 'logout_token', 'login_token', 'device_secret',
  'request_uri', 'state', 'nonce', 'password', 'authorization',
])
const longest = 8000
const longestText = 500
const tokenShape = /\beyJ[\w-]{6,}\.[\w-]+(?:\.[\w-]*)*/g

/** Shows that there is a secret, and how long it is; of long ones, how they begin. */
export const masked = (secret: string): string => `${secret.length >= 24 ? secret.slice(0, 4) : ''}… (${secret.length} characters)`

/** Shows parameters, one a line, without these secrets wherever they stand. */
export const shownParameters = (parameters: Iterable<[string, string]>, secrets: readonly (string | undefined)[] = []): string =>
  bounded([...parameters].map(([name, value]) => `${shownText(name, secrets)}: ${isSecret(name) ? masked(value) : shownText(value, secrets)}`).join('\n'))

/** Shows a JSON value; what is secret by its name is masked wherever it stands. */
export const shownJson = (value: unknown): string =>
  bounded(spelled(value, (name, part) => (isSecret(name) && part !== null && part !== undefined ? masked(typeof part === 'string' ? part : spelled(part) ?? '') : part), 2) ?? '')

/** Spells a value as JSON; undefined for what goes deeper than can be followed, which somebody may well send. */
export function spelled(value: unknown, replace?: (name: string, part: unknown) => unknown, indent?: number): string | undefined {
  try {
    return JSON.stringify(value, replace, indent)
  } catch {
    return undefined
  }
}

/** Shows text that somebody else wrote, as one line, without these secrets and anything that looks like a token. */
export function shownText(text: string, secrets: readonly (string | undefined)[] = []): string {
  const clean = secrets.reduce<string>((left, secret) => (secret ? left.replaceAll(secret, '…') : left), text)
  const line = clean.replace(tokenShape, '…').replace(/[\p{C}\s]+/gu, ' ').trim()
  return line.length > longestText ? `${line.slice(0, longestText)}…` : line
}

const isSecret = (name: string): boolean => secretNames.has(name.toLowerCase())

const bounded = (text: string): string => {
  const clean = text.replace(tokenShape, (token) => masked(token))
  return clean.length > longest ? `${clean.slice(0, longest)}…` : clean
}
