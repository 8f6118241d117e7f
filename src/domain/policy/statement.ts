// A statement, compiled: which requests it applies to.
import { compileCondition, holds, templateOf, type Condition } from './conditions.js'
import type { Listed, PolicyVersion, StatementDocument } from './document.js'
import { matches, patternOf, type Pattern } from './pattern.js'
import { compilePrincipal, type Directness, type PrincipalRule } from './principals.js'
import type { Question } from './request.js'
import { plainTemplate, tokensOf, type Template } from './templates.js'

export interface Statement {
  /** Its place in the document, from 0. */
  readonly index: number
  readonly sid: string | undefined
  readonly effect: 'Allow' | 'Deny'
  readonly actions: Listed<Pattern>
  readonly resources: Listed<ResourceRule> | undefined
  readonly principals: Listed<PrincipalRule> | undefined
  readonly conditions: readonly Condition[]
}

/** A pattern, or what becomes one with each request. */
type ResourceRule = { readonly pattern: Pattern; readonly template: undefined } | { readonly pattern: undefined; readonly template: Template; /** What each of these patterns begins with. */ readonly head: string }

/** Compiles a statement that was found to be valid. */
export function compileStatement(document: StatementDocument, index: number, version: PolicyVersion): Statement {
  const { sid, effect, principals, actions, resources, conditions } = document
  return Object.freeze({
    index, sid, effect,
    actions: each(actions, (action) => patternOf(tokensOf(plainTemplate(action.toLowerCase()), () => undefined, 'ignored')!)),
    resources: resources && each(resources, (resource) => compileResource(resource, version)),
    principals: principals && each(principals, compilePrincipal),
    conditions: conditions.map((condition) => compileCondition(condition, version)),
  })
}

const each = <From, To>({ not, values }: Listed<From>, compile: (value: From) => To): Listed<To> => ({ not, values: values.map(compile) })

function compileResource(resource: string, version: PolicyVersion): ResourceRule {
  const template = templateOf(resource, version)
  if (!template.isFixed) return { pattern: undefined, template, head: headOf(template) }
  return { pattern: patternOf(resourceTokens(template, () => undefined)!), template: undefined }
}

function headOf({ parts: [first] }: Template): string {
  const text = first && 'text' in first ? first.text : ''
  const wildcard = text.search(/[*?]/)
  return wildcard === -1 ? text : text.slice(0, wildcard)
}

const resourceTokens = (template: Template, lookup: Question['lookup']): number[] | undefined => tokensOf(template, lookup, 'resource')

/** Says whether a statement is about an action. */
export function isAboutAction({ actions: { not, values } }: Statement, question: Question): boolean {
  for (const pattern of values) if (matches(pattern, question.action)) return !not
  return not
}

/** Says whether a statement is about a resource. */
export function isAboutResource({ resources, effect }: Statement, question: Question): boolean {
  if (!resources) return true
  let isOpen = false
  for (const rule of resources.values) {
    const { resource } = question.request
    if (rule.template && !resources.not && !resource.startsWith(rule.head)) continue
    const pattern = rule.pattern ?? filledPattern(rule.template, question)
    if (!pattern) isOpen = true
    else if (matches(pattern, resource)) return !resources.not
  }
  // A variable without a value names nothing; "all but nothing" must not be allowed.
  return resources.not && !(isOpen && effect === 'Allow')
}

function filledPattern(template: Template, question: Question): Pattern | undefined {
  const tokens = resourceTokens(template, question.lookup)
  return tokens && patternOf(tokens, true)
}

/** Says how directly a statement names who asks; undefined where it does not. */
export function namesPrincipal({ principals }: Statement, { request }: Question): Directness | undefined {
  if (!principals) return 'direct'
  let best: Directness | undefined
  for (const rule of principals.values) {
    const found = rule(request.principal)
    if (found === 'direct' || (found && best !== 'issuer')) best = found
    if (best === 'direct') break
  }
  if (principals.not) return best ? undefined : 'direct'
  return best
}

/** Says whether all conditions of a statement hold. */
export function conditionsHold({ conditions, effect }: Statement, question: Question): boolean {
  for (const condition of conditions) if (!holds(condition, question, effect)) return false
  return true
}

/** Says whether a statement decides a request, and how directly it names who asks. */
export function applies(statement: Statement, question: Question): Directness | undefined {
  if (!isAboutAction(statement, question) || !isAboutResource(statement, question)) return undefined
  const directness = namesPrincipal(statement, question)
  return directness && conditionsHold(statement, question) ? directness : undefined
}
