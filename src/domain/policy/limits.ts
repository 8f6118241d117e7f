// How large a policy may be. Where a document is kept decides, so callers name the limit; the ceilings hold for all.

/** Characters by where the document is kept, white space not counted, as AWS publishes them. */
export const policyLimits = {
  /** A managed policy, each version. */
  managed: 6_144,
  /** All inline policies of a user together. */
  userInline: 2_048,
  /** All inline policies of a group together. */
  groupInline: 5_120,
  /** All inline policies of a role together. */
  roleInline: 10_240,
  /** The inline policy of a permission set. */
  permissionSet: 32_768,
  /** A session policy, together with the ARNs of managed session policies. */
  session: 2_048,
  /** The trust policy of a role. */
  trust: 2_048,
} as const

/** What no document may exceed, whatever its place. */
export const ceilings = {
  /** Characters of the text, white space counted: the most that the wire allows. */
  text: 131_072,
  statements: 1_000,
  /** Levels of nesting; a policy needs six. */
  depth: 16,
  /** Faults that are told at once. */
  faults: 50,
  /** Characters up to which a value takes what variables stand for; a longer one matches nothing. */
  filledIn: 8_192,
} as const

/** Counts the characters of a document as the limits do: white space is free. */
export function sizeOf(text: string): number {
  let size = 0
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code !== 32 && code !== 9 && code !== 10 && code !== 13) size += 1
  }
  return size
}
