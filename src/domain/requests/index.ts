// Access on request: who may ask for which permission set where, who answers, and what became of it. A request that
// enough people approve becomes a grant of access, which holds it for a time; what is issued under a grant that ends early
// is revoked through credentials. It shows no page and decides nothing about standing assignments.
export { DueRequests } from './due.js'
export { RequestHistory, stateWords, type Answer, type AccessRequest, type RequestFilter, type RequestPage, type RequestState } from './history.js'
export { requestColumns, requestRow } from './export.js'
export { Requests, type Acting, type Administering, type RequestsOptions } from './requests.js'
export { longestGrant, Rules, type ListedRule, type RequestRule } from './rules.js'
export { RuleChanges, type NamedRule } from './rule-changes.js'
export { Requestable, type RequestableAccount, type RequestableSet } from './requestable.js'
export { longestReason, shortestWish, type RequestWish } from './wishes.js'
