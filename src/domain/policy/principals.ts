// The principals that a trust or resource policy names, compiled, and how directly they name who asks.
import type { PrincipalDocument } from './document.js'
import type { RequestPrincipal } from './request.js'

/**
 * How a policy names who asks: its whole account (which leaves it to the account's own policies), the role or user
 * that the session has its rights from, or the asker itself.
 */
export type Directness = 'account' | 'issuer' | 'direct'

export type PrincipalRule = (principal: RequestPrincipal) => Directness | undefined

const account = /^(?:arn:[^:]+:iam::)?(\d{12})(?::root)?$/

/** Compiles a principal that was found to be valid. */
export function compilePrincipal({ type, value }: PrincipalDocument): PrincipalRule {
  switch (type) {
    case '*': return () => 'direct'
    case 'AWS': return value === '*' ? () => 'direct' : compileAws(value)
    case 'Federated': return ({ kind, federatedProvider }) => (kind === 'federated' && federatedProvider === value ? 'direct' : undefined)
    case 'Service': return ({ kind, arn }) => (kind === 'service' && arn === value ? 'direct' : undefined)
    case 'CanonicalUser': return () => undefined
  }
}

function compileAws(value: string): PrincipalRule {
  const [, accountId] = account.exec(value) ?? []
  if (accountId !== undefined) return (principal) => (isOfAccount(principal) && principal.accountId === accountId ? 'account' : undefined)
  return (principal) => {
    if (!isOfAccount(principal)) return undefined
    if (principal.arn === value) return 'direct'
    if (principal.id === value) return principal.issuerArn === undefined ? 'direct' : 'issuer'
    return principal.issuerArn === value ? 'issuer' : undefined
  }
}

/** Strangers and services belong to no account, even where a request comes on behalf of one. */
const isOfAccount = ({ kind }: RequestPrincipal): boolean => kind !== 'federated' && kind !== 'anonymous' && kind !== 'service'
