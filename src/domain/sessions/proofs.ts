// Proofs: the ways in which somebody showed who they are, each with its time, and what they amount to together.

/**
 * A way of proving: `pwd` password, `otp` authenticator app, `swk` or `hwk` a passkey (kept in software or in hardware),
 * `user` the passkey verified its owner, `mca` a code by mail, `rec` a recovery code; `ext` an identity source vouched for them,
 * `exm` it says that they proved a second factor there.
 */
export type Way = 'pwd' | 'otp' | 'swk' | 'hwk' | 'user' | 'mca' | 'rec' | 'ext' | 'exm'

export interface Proof {
  way: Way
  /** Milliseconds since the epoch. */
  provedAt: number
}

/** The level of a session that stands on one factor, and of one that stands on two. */
export const acr1fa = 'urn:gatehouse:acr:1fa'
export const acr2fa = 'urn:gatehouse:acr:2fa'

const knowledge: Way[] = ['pwd', 'ext']
const possession: Way[] = ['otp', 'swk', 'hwk', 'mca', 'rec', 'exm']
const inherence: Way[] = ['user']

export const hasProved = (proofs: readonly Pick<Proof, 'way'>[], ...ways: Way[]): boolean => proofs.some(({ way }) => ways.includes(way))

/** True where somebody has shown by these alone who they are: by a password, by a source that vouches for them, or by a passkey that verified its owner. */
export const provesWho = (proofs: readonly Pick<Proof, 'way'>[]): boolean =>
  hasProved(proofs, 'pwd', 'ext') || (hasProved(proofs, 'swk', 'hwk') && hasProved(proofs, 'user'))

/** True where two kinds of factor were proved: something known or inherent, and something owned. */
export const provesTwice = (proofs: readonly Pick<Proof, 'way'>[]): boolean =>
  hasProved(proofs, ...possession) && hasProved(proofs, ...knowledge, ...inherence) && provesWho(proofs)

/** Names the level that proofs reach, as `acr`. */
export const acrOf = (proofs: readonly Pick<Proof, 'way'>[]): string => (provesTwice(proofs) ? acr2fa : acr1fa)

/**
 * Names the ways of proofs as `amr` does (RFC 8176): a recovery code is a one-time password too. `ext` is a word of our own; what
 * the source said of its own ways, `carried`, stands beside it.
 */
export function amrOf(proofs: readonly Pick<Proof, 'way'>[], carried: readonly string[] = []): string[] {
  const ways = proofs.flatMap(({ way }) => (way === 'rec' ? ['otp'] : way === 'exm' ? [] : [way]))
  return [...new Set([...ways, ...carried.filter((way) => way !== 'mfa'), ...(provesTwice(proofs) ? ['mfa'] : [])])]
}
