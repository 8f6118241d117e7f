// References to a policy of whatever account a permission set is used in: its path and name, such as `/team/Base`.

/** True for a reference; anything else that names a policy is an ARN. */
export const isReference = (policy: string): boolean => policy.startsWith('/')

/** All references of a permission set: its policies, and its boundary. */
export const referencesOf = ({ customerPolicies, permissionsBoundary }: { customerPolicies: readonly string[]; permissionsBoundary: string | undefined }): string[] =>
  [...customerPolicies, ...(permissionsBoundary !== undefined && isReference(permissionsBoundary) ? [permissionsBoundary] : [])]

/** Spells the ARN that a policy has in an account. */
export const referencedArn = (accountId: string, policy: string): string => (isReference(policy) ? `arn:aws:iam::${accountId}:policy${policy}` : policy)
