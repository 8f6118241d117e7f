// Why a sign-in with an OpenID Connect provider failed, as stable words, and what an administrator may do about each.
import type { ExternalSteps } from './external-identity.js'

const again = 'Try again. If it happens at every sign-in, tell the provider what stands here.'
const clocks = 'Set the clock of this machine, or have the provider set theirs: keep both by network time (NTP).'

const advice = {
  'issuer-invalid': 'Enter the issuer as the provider gives it: an https address without a query or a fragment.',
  'issuer-unreachable': 'See whether the provider is up and can be reached from this machine. Addresses outside the public network, and ports other than 443, have to be in OUTBOUND_NETWORKS.',
  'issuer-not-found': 'Compare the issuer with what the provider gives: it publishes nothing below this address.',
  'issuer-redirects': 'Enter the address that the redirect leads to, if it is the provider’s issuer.',
  'issuer-malformed': 'See whether the issuer is the right one. If it is, the provider has to mend what it publishes.',
  'issuer-mismatch': 'Enter the issuer letter by letter as the provider’s discovery document says it; for a provider with many tenants, that of your own tenant.',
  'no-secret': 'Enter the client secret that the provider gave for this client.',
  'request-refused': 'Compare the client id, the redirect address and the scopes with what the provider has for this client.',
  scope: 'Remove the scopes that the provider does not know, or have it allow them to this client.',
  'answer-malformed': again,
  'redirect-uri': 'Register at the provider exactly the redirect address that is shown here, for this client only.',
  state: 'Begin the sign-in anew, in one window. An answer that this browser did not ask for is not taken.',
  iss: 'See whether another provider answers at the address of this one. An answer that does not say whom it is from, or says another, is not taken.',
  'access-denied': 'Have the person try again. If they did not refuse themselves, let them use the application at the provider.',
  'interaction-required': 'Have the person try again: the provider wants to ask them something.',
  'issuer-unavailable': 'Try again in a while: the provider has a trouble of its own.',
  'client-refused': 'The client secret is wrong or was changed at the provider: enter the new one. If it is right, compare the client id and how the client proves itself.',
  'code-refused': 'Begin the sign-in anew. If it happens every time, compare the redirect address with the one at the provider, and the clocks.',
  'exchange-refused': again,
  'no-id-token': 'Have the provider treat this client as one of OpenID Connect: the scope openid has to bring an ID token.',
  'token-malformed': again,
  encrypted: 'Turn off the encryption of ID tokens for this client at the provider.',
  algorithm: 'Have the provider sign for this client with a key pair, by RS256 or ES256: tokens signed with a secret, or not at all, are not taken.',
  signature: 'See whether the provider publishes the key that it signs with. A key that is new is looked for once a minute.',
  audience: 'Compare the client id with the one at the provider: the token is for another application.',
  clock: clocks,
  nonce: 'Begin the sign-in anew. If it happens every time, have the provider repeat the nonce of the request in the ID token.',
  'no-subject': 'Have the provider send sub, a name of at most 255 characters that it never gives to anybody else.',
  'at-hash': again,
  'auth-time': 'Have the provider ask the person again when it is told to (max_age), and send auth_time.',
  'userinfo-refused': 'Have the provider let this client ask for userinfo, or put what is asked for into the ID token.',
  'subject-mismatch': 'Tell the provider: its userinfo is about somebody else than its ID token.',
  'not-logout': 'Have the provider send logout tokens as OpenID Connect Back-Channel Logout 1.0 has them.',
} as const

/** Why it failed. */
export type OidcReason = keyof typeof advice

/** Ends the sign-in for a reason. */
export function fail(steps: ExternalSteps, step: { name: string; reason: OidcReason; says: string; sent?: string | undefined; received?: string | undefined; cause?: unknown }): never {
  steps.fail({ ...step, advice: advice[step.reason] })
}
