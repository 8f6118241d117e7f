// What a browser brings back from an issuer, before anything of it is used: that this browser asked for it, and that it is the
// answer of that issuer and no other.
import type { ExternalSteps } from './external-identity.js'
import type { IssuerMetadata } from './oidc-issuers.js'
import { shownParameters, shownText } from './oidc-masks.js'
import { fail, type OidcReason } from './oidc-reasons.js'

/** What the caller keeps for a browser between the two halves of a sign-in. */
export interface OidcKept {
  state: string
  nonce: string
  codeVerifier: string
  issuer: string
  redirectUri: string
  /** Seconds, where it was asked for. */
  maxAge?: number
}

const once = ['code', 'state', 'iss', 'error', 'error_description', 'id_token', 'access_token', 'response']
const ofOtherFlows = ['id_token', 'access_token', 'token', 'response']

const reasons: Readonly<Record<string, OidcReason>> = {
  access_denied: 'access-denied', invalid_scope: 'scope', unauthorized_client: 'client-refused', server_error: 'issuer-unavailable', temporarily_unavailable: 'issuer-unavailable',
  login_required: 'interaction-required', interaction_required: 'interaction-required', consent_required: 'interaction-required', account_selection_required: 'interaction-required',
}

/** Checks an answer; what is returned may be redeemed. */
export function checkAnswer(callback: URL, { keep, metadata, steps, secret }: { keep: OidcKept; metadata: IssuerMetadata; steps: ExternalSteps; secret: string | undefined }): void {
  const given = callback.searchParams
  const secrets = [keep.codeVerifier, keep.nonce, keep.state, secret]
  const received = shownParameters(given, secrets)
  const refuse = (reason: OidcReason, says: string): never => fail(steps, { name: 'answer', reason, says, received })
  const [iss, error, code] = ['iss', 'error', 'code'].map((name) => given.get(name))
  if (once.some((name) => given.getAll(name).length > 1)) refuse('answer-malformed', 'The answer has something twice.')
  // RFC 9700 section 4.4.2: an address of its own for each issuer, where none but this one's answers count.
  if (callback.pathname !== new URL(keep.redirectUri).pathname) refuse('redirect-uri', 'The answer came to the address of another provider.')
  if (keep.state === '' || given.get('state') !== keep.state) refuse('state', 'The answer is not to what this browser asked.')
  // RFC 9207 section 2.4: errors are no exception.
  if (iss != null ? iss !== metadata.issuer : metadata.authorization_response_iss_parameter_supported) refuse('iss', iss != null ? `The answer is of another issuer: ${shownText(iss)}.` : 'The answer does not say whose it is, and this issuer says that its answers do.')
  if (error != null) refuse(Object.hasOwn(reasons, error) ? reasons[error]! : 'request-refused', saysOf(error, given.get('error_description'), secrets))
  if (ofOtherFlows.some((name) => given.has(name))) refuse('answer-malformed', 'The answer has more in it than was asked for.')
  if (!code || code.length > 8192) refuse('answer-malformed', 'The answer has neither a code nor an error.')
  steps.passed('answer', 'The provider answered what this browser asked, with a code.', { received })
}

function saysOf(error: string, description: string | null, secrets: readonly (string | undefined)[]): string {
  return `The provider answered with an error: ${shownText(error, secrets)}${description ? ` (${shownText(description, secrets)})` : ''}.`
}
