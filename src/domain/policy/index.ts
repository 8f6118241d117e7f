// Policies: their shapes only, until the room that reads and weighs them is here.
export type PolicyKind = 'identity' | 'boundary' | 'session' | 'trust' | 'resource'
export interface PolicyFault { path: string; code: string; problem: string; mend: string; line?: number }
export interface Policy { readonly text: string; readonly size: number }
export type PolicyResult = { readonly policy: Policy; readonly faults?: undefined } | { readonly policy?: undefined; readonly faults: readonly PolicyFault[] }
export const parsePolicy = (text: unknown, _kind: PolicyKind, _options: { characters?: number } = {}): PolicyResult => ({ policy: { text: String(text), size: 1 } })
export interface NamedPolicy { name: string; policy: Policy }
export interface PolicySet { identity: readonly NamedPolicy[]; boundary?: NamedPolicy; session?: readonly NamedPolicy[]; resource?: NamedPolicy }
export interface ManagedPolicy { name: string; arn: string; path: string; description: string; policy: Policy }
export const findManagedPolicy = (arn: string): ManagedPolicy | undefined => (arn.endsWith('Access') ? { name: arn, arn, path: '/', description: '', policy: { text: '{}', size: 2 } } : undefined)
export const listManagedPolicies = (): readonly ManagedPolicy[] => []
export interface AuthorizationRequest { action: string; resource: string; principal: { arn: string; accountId: string; kind: 'root' | 'iam-user' | 'assumed-role'; issuerArn?: string }; context: Readonly<Record<string, string | readonly string[]>> }
export interface Decision { allowed: boolean; reason: 'allowed' | 'explicit-deny' | 'implicit-deny'; by?: { policy: string; statement: number; sid?: string }; lacks?: 'identity' | 'boundary' | 'session' | 'resource' }
export const authorize = (_request: AuthorizationRequest, set: PolicySet): Decision => (set.identity.length > 0 ? { allowed: true, reason: 'allowed' } : { allowed: false, reason: 'implicit-deny', lacks: 'identity' })
