// IAM policy documents: reading them with every fault named, deciding requests by them, and a catalogue of managed
// policies. Pure: it stores nothing and knows no principals of its own; domain/accounts and domain/access own the
// documents and say which are in force.
export { authorize, type DecidingStatement, type Decision, type Layer, type LayerOutcome, type NamedPolicy, type PolicySet } from './authorize.js'
export { findManagedPolicy, listManagedPolicies, type ManagedPolicy } from './catalogue/index.js'
export { CompiledPolicies } from './compiled-policies.js'
export { contextOf, type RequestFacts } from './context-of.js'
export { printPolicy, type ConditionDocument, type Listed, type PolicyDocument, type PolicyKind, type PolicyVersion, type PrincipalDocument, type PrincipalType, type StatementDocument } from './document.js'
export type { PolicyFault, PolicyFaultCode } from './faults.js'
export { ceilings, policyLimits, sizeOf } from './limits.js'
export { coversAction, coversResource, meetsAction, meetsResource } from './overlap.js'
export { parsePolicy, policyOf, type Policy, type PolicyOptions, type PolicyResult } from './policy.js'
export { simulate, type ConsideredCondition, type ConsideredStatement, type Simulation } from './simulate.js'
export type { AuthorizationRequest, PrincipalKind, RequestContext, RequestPrincipal } from './request.js'
