// The one place that speaks WebAuthn: what a browser is asked for, and whether what it sends back holds. It keeps
// nothing, and whatever a browser sends is either an answer or undefined, never an error.
import { z } from 'zod'

/** Who asks: both come from the configured address alone, never from a request. */
export interface RelyingParty {
  id: string
  origin: string
}

/** Names the relying party of an address; undefined for one that browsers have no passkeys for (an IP address, plain http). */
export function relyingPartyOf({ hostname, origin, protocol }: URL): RelyingParty | undefined {
  const isAddress = hostname.startsWith('[') || /^[\d.]+$/.test(hostname)
  const isSecure = protocol === 'https:' || hostname === 'localhost' || hostname.endsWith('.localhost')
  return isSecure && !isAddress ? { id: hostname, origin } : undefined
}

/** A credential as a browser made it. */
export interface MadeCredential {
  credentialId: string
  publicKey: Uint8Array
  signCount: number
  transports: string[]
  /** May be copied to other devices of its owner. */
  isSynced: boolean
  isBackedUp: boolean
  aaguid: string
}

/** What is known of the credential that is to have signed. */
export interface KnownCredential {
  credentialId: string
  publicKey: Uint8Array
  isSynced: boolean
}

export interface Assertion {
  signCount: number
  userVerified: boolean
  isBackedUp: boolean
}

/** Milliseconds that a person has, and that a challenge lives. */
export const ceremonyTimeout = 5 * 60_000

/** ES256, EdDSA, RS256: what every node can check, whatever it runs on. */
const algorithms = [-7, -8, -257]

const base64url = z.string().min(1).max(4096).regex(/^[\w-]+$/)
const credentialId = base64url.max(1364)
const madeForm = z.object({ id: credentialId, clientDataJSON: base64url, attestationObject: base64url, transports: z.array(z.string()).max(16).optional() })
const signedForm = z.object({ id: credentialId, clientDataJSON: base64url, authenticatorData: base64url, signature: base64url, userHandle: base64url.max(128).nullish() })
const clientDataForm = z.object({ type: z.string(), origin: z.string(), challenge: z.string().regex(/^[\w-]{43}$/), crossOrigin: z.literal(false).optional(), topOrigin: z.never().optional() })

/** What a browser sends, read but not believed. */
export interface Answer<Form> {
  form: Form
  /** The challenge that it claims to answer. */
  challenge: string
}
export type MadeAnswer = Answer<z.infer<typeof madeForm>>
export type SignedAnswer = Answer<z.infer<typeof signedForm>>

/** Reads the answer to a registration; undefined for anything else, and for one that was made inside a foreign page. */
export const readMade = (text: string): MadeAnswer | undefined => read(text, madeForm, 'webauthn.create')

/** Reads the answer to an authentication; undefined for anything else, and for one that was made inside a foreign page. */
export const readSigned = (text: string): SignedAnswer | undefined => read(text, signedForm, 'webauthn.get')

function read<Form extends { clientDataJSON: string }>(text: string, shape: z.ZodType<Form>, type: string): Answer<Form> | undefined {
  const form = shape.safeParse(parsed(text)).data
  if (!form) return undefined
  // The library takes an answer from inside a foreign frame; nothing of ours is ever in one.
  const client = clientDataForm.safeParse(parsed(Buffer.from(form.clientDataJSON, 'base64url').toString('utf8'))).data
  return client?.type === type ? { form, challenge: client.challenge } : undefined
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

// It takes longer to load than most of the rest: only where somebody uses a passkey.
const library = () => import('@simplewebauthn/server')

export interface RegistrationRequest {
  rp: RelyingParty
  /** The name that the person sees beside the request. */
  rpName: string
  challenge: string
  /** Base64url. */
  handle: string
  userName: string
  displayName: string
  /** Those there are: an authenticator that holds one makes no other. */
  existing: { credentialId: string; transports: string[] }[]
}

/** Builds what the browser is asked for to make a credential. */
export async function registrationOptions({ rp, rpName, challenge, handle, userName, displayName, existing }: RegistrationRequest): Promise<object> {
  const { generateRegistrationOptions } = await library()
  return generateRegistrationOptions({
    rpID: rp.id, rpName, userName, userDisplayName: displayName,
    userID: bytes(handle), challenge: bytes(challenge), timeout: ceremonyTimeout,
    attestationType: 'none',
    supportedAlgorithmIDs: algorithms,
    excludeCredentials: existing.map(({ credentialId: id, transports }) => ({ id, transports })),
    // Kept on the authenticator and with a PIN or a finger where it can do that; a plain key still serves as a second factor.
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
  })
}

/** Builds what the browser is asked for to sign; `allowed` is left out where nobody is known yet. */
export async function authenticationOptions({ rp, challenge, allowed, verify }: { rp: RelyingParty; challenge: string; allowed?: RegistrationRequest['existing']; verify: 'required' | 'preferred' }): Promise<object> {
  const { generateAuthenticationOptions } = await library()
  return generateAuthenticationOptions({
    rpID: rp.id, challenge: bytes(challenge), timeout: ceremonyTimeout, userVerification: verify,
    allowCredentials: allowed?.map(({ credentialId: id, transports }) => ({ id, transports })) ?? [],
  })
}

/** Checks an answer to a registration against its redeemed challenge; undefined where it does not hold. */
export async function checkMade({ form, challenge }: MadeAnswer, rp: RelyingParty): Promise<MadeCredential | undefined> {
  const { verifyRegistrationResponse } = await library()
  try {
    const { registrationInfo: made } = await verifyRegistrationResponse({
      response: {
        id: form.id, rawId: form.id, type: 'public-key', clientExtensionResults: {},
        response: { clientDataJSON: form.clientDataJSON, attestationObject: await unattested(form.attestationObject) },
      },
      expectedChallenge: challenge, expectedOrigin: rp.origin, expectedRPID: rp.id,
      requireUserVerification: false, supportedAlgorithmIDs: algorithms,
    })
    // The id is part of what was made; the one beside it is only said.
    if (!made || made.credential.id !== form.id) return undefined
    return {
      credentialId: made.credential.id, publicKey: made.credential.publicKey, signCount: made.credential.counter, aaguid: made.aaguid,
      isSynced: made.credentialDeviceType === 'multiDevice', isBackedUp: made.credentialBackedUp,
      transports: (form.transports ?? []).filter((transport) => /^[a-z-]{1,32}$/.test(transport)).slice(0, 8),
    }
  } catch {
    return undefined
  }
}

/** Checks an answer to an authentication against its redeemed challenge, save for its count; undefined where it does not hold. */
export async function checkSigned({ form, challenge }: SignedAnswer, rp: RelyingParty, known: KnownCredential, verify: 'required' | 'preferred'): Promise<Assertion | undefined> {
  const { verifyAuthenticationResponse } = await library()
  try {
    const { verified, authenticationInfo: signed } = await verifyAuthenticationResponse({
      response: {
        id: form.id, rawId: form.id, type: 'public-key', clientExtensionResults: {},
        response: { clientDataJSON: form.clientDataJSON, authenticatorData: form.authenticatorData, signature: form.signature },
      },
      expectedChallenge: challenge, expectedOrigin: rp.origin, expectedRPID: rp.id, requireUserVerification: verify === 'required',
      // A count of nothing: the library looks at it before the signature, so anybody could make a key look copied.
      credential: { id: known.credentialId, publicKey: Uint8Array.from(known.publicKey), counter: 0 },
    })
    // WebAuthn level 3, section 7.2, step 19: whether it may be copied never changes.
    if (!verified || (signed.credentialDeviceType === 'multiDevice') !== known.isSynced) return undefined
    return { signCount: signed.newCounter, userVerified: signed.userVerified, isBackedUp: signed.credentialBackedUp }
  } catch {
    return undefined
  }
}

/** Takes the attestation away: none was asked for, and what came all the same would bring certificates of a stranger to look at. */
async function unattested(attestationObject: string): Promise<string> {
  const { decodeAttestationObject, isoCBOR } = await import('@simplewebauthn/server/helpers')
  const authData = decodeAttestationObject(bytes(attestationObject)).get('authData')
  const plain = isoCBOR.encode(new Map<string, unknown>([['fmt', 'none'], ['attStmt', new Map()], ['authData', authData]]) as never)
  return Buffer.from(plain).toString('base64url')
}

const bytes = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(Buffer.from(text, 'base64url'))
