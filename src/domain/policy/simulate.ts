// Answers a list of requests with all that a person needs to see why: every statement that is about the action, what
// of it did not fit, and which condition keys the requests lacked.
import { authorize, deciding, type DecidingStatement, type Decision, type Layer, type NamedPolicy, type PolicySet } from './authorize.js'
import { holds } from './conditions.js'
import { Question, type AuthorizationRequest } from './request.js'
import { isAboutAction, isAboutResource, namesPrincipal, type Statement } from './statement.js'

export interface Simulation {
  readonly request: AuthorizationRequest
  readonly decision: Decision
  /** Statements about the action, those that decided among them. */
  readonly statements: readonly ConsideredStatement[]
  /** Condition keys that these statements ask for and the request does not have. */
  readonly missingKeys: readonly string[]
}

export interface ConsideredStatement extends DecidingStatement {
  readonly effect: 'Allow' | 'Deny'
  readonly applies: boolean
  readonly fitsResource: boolean
  readonly fitsPrincipal: boolean
  readonly conditions: readonly ConsideredCondition[]
}

export interface ConsideredCondition {
  readonly operator: string
  readonly key: string
  /** What the request has for the key; nothing where it lacks it. */
  readonly found: readonly string[]
  readonly holds: boolean
}

/** Decides each request as `authorize` does, and tells what was looked at. */
export function simulate(requests: readonly AuthorizationRequest[], set: PolicySet): Simulation[] {
  return requests.map((request) => {
    const question = new Question(request)
    const statements = layersOf(set).flatMap(([layer, policies]) => policies.flatMap(({ name, policy }) =>
      policy.statements.filter((statement) => isAboutAction(statement, question)).map((statement) => consider(statement, deciding(layer, name, statement), question))))
    const keys = statements.flatMap(({ conditions }) => conditions).filter(({ found }) => found.length === 0).map(({ key }) => key)
    return { request, decision: authorize(request, set), statements, missingKeys: [...new Set(keys)] }
  })
}

const layersOf = ({ identity, boundary, session, resource }: PolicySet): [Layer, readonly NamedPolicy[]][] => [
  ['identity', identity], ['boundary', boundary ? [boundary] : []], ['session', session ?? []], ['resource', resource ? [resource] : []],
]

function consider(statement: Statement, place: DecidingStatement, question: Question): ConsideredStatement {
  const fitsResource = isAboutResource(statement, question)
  const fitsPrincipal = namesPrincipal(statement, question) !== undefined
  const conditions = statement.conditions.map((condition) => {
    const found = question.find(condition.keyLower) ?? []
    return { operator: condition.operator, key: condition.key, found: typeof found === 'string' ? [found] : found, holds: holds(condition, question, statement.effect) }
  })
  const applies = fitsResource && fitsPrincipal && conditions.every((condition) => condition.holds)
  return { ...place, effect: statement.effect, applies, fitsResource, fitsPrincipal, conditions }
}
