// Names of what is in an account, as every policy and every client spells them.

export type ResourceKind = 'user' | 'group' | 'role' | 'policy' | 'instance-profile' | 'mfa' | 'oidc-provider' | 'saml-provider'

export interface Named {
  accountId: string
  /** Begins and ends with a slash. */
  path: string
  name: string
}

/** Spells the ARN of something in an account. */
export const iamArn = (kind: ResourceKind, { accountId, path, name }: Named): string => `arn:aws:iam::${accountId}:${kind}${path}${name}`

/** Spells the ARN of an account's root user. */
export const rootArn = (accountId: string): string => `arn:aws:iam::${accountId}:root`

const spelled = /^arn:aws:iam::(\d{12}):(user|group|role|policy|instance-profile|mfa|oidc-provider|saml-provider)(\/(?:[\u0021-\u007e]+\/)?)([^/]+)$/

/** Reads an ARN of something in an account; undefined for any other text. */
export function readIamArn(arn: string): (Named & { kind: ResourceKind }) | undefined {
  const [, accountId, kind, path, name] = spelled.exec(arn) ?? []
  return accountId && kind && path && name ? { kind: kind as ResourceKind, accountId, path, name } : undefined
}
