// SAML responses as a provider sends them, to be proved over and over: each is another one, and all are signed with one key of RSA-2048.
import { readCertificates, type SamlConnection } from '../src/domain/federation/index.js'
import { idp, responseOf, signed, signerOf } from '../test/support/saml.js'

const amount = 32
export const recipient = 'https://login.example.com/signin/external/1/acs'
export const audience = 'https://login.example.com/signin/external/1'
export const requestId = '_q1'
export const connection: SamlConnection = { entityId: idp, signOn: { address: 'https://idp.example.com/sso', binding: 'redirect' }, unsolicited: false }

const signer = signerOf()
export const { publicKey } = signer
export const certificates = readCertificates(signer.certificate)

/** What is signed, by the name of its element. */
export const kinds = ['Assertion', 'Response'] as const

/** Responses about several people, with the groups and names that a directory has of them. */
export function messagesOf(what: (typeof kinds)[number]): string[] {
  const now = Date.now()
  const answers = ` InResponseTo="${requestId}"`
  return Array.from({ length: amount }, (_, n) => signed(responseOf({
    now, recipient, audience, nameId: `person-${n}@example.com`, response: answers,
    confirmation: `NotOnOrAfter="${new Date(now + 3_600_000).toISOString()}" Recipient="${recipient}"${answers}`, conditions: `NotOnOrAfter="${new Date(now + 3_600_000).toISOString()}"`,
    attributes: { mail: [`person-${n}@example.com`], givenName: ['Person'], sn: [`Number ${n}`], groups: ['staff', 'readers', `team-${n}`] },
  }), signer, { what }))
}

/** Does one thing with each message in turn for so many seconds, and says how often. */
export async function repeat(messages: readonly string[], seconds: number, once: (message: string) => unknown): Promise<{ count: number; seconds: number }> {
  const started = performance.now()
  const elapsed = (): number => (performance.now() - started) / 1000
  let count = 0
  while (elapsed() < seconds) {
    for (const message of messages) await once(message)
    count += messages.length
  }
  return { count, seconds: elapsed() }
}
