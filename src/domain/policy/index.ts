// Policies: their shapes only, until the room that reads and weighs them is here.
export type PolicyKind = 'identity' | 'boundary' | 'session' | 'trust' | 'resource'
export interface PolicyFault { path: string; code: string; problem: string; mend: string; line?: number }
export interface Policy { readonly source: string }
export const parsePolicy = (text: unknown, _kind: PolicyKind): { policy: Policy } | { faults: PolicyFault[] } => ({ policy: { source: String(text) } })
export interface NamedPolicy { name: string; policy: Policy }
export interface PolicySet { identity: readonly NamedPolicy[]; boundary?: NamedPolicy; session?: readonly NamedPolicy[]; resource?: NamedPolicy }
export const findManagedPolicy = (arn: string): { name: string; policy: Policy } | undefined => (arn.endsWith('Access') ? { name: arn, policy: { source: '{}' } } : undefined)
