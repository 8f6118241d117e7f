// A policy document as plain, normalised data: what was declared, before it is compiled. Prints back to JSON.

/** What a policy belongs to, which decides what it may say. */
export type PolicyKind = 'identity' | 'boundary' | 'session' | 'trust' | 'resource'

export type PolicyVersion = '2008-10-17' | '2012-10-17'

export interface PolicyDocument {
  readonly version: PolicyVersion
  readonly id?: string
  readonly statements: readonly StatementDocument[]
}

export interface StatementDocument {
  readonly sid?: string
  readonly effect: 'Allow' | 'Deny'
  readonly principals?: Listed<PrincipalDocument>
  readonly actions: Listed<string>
  readonly resources?: Listed<string>
  readonly conditions: readonly ConditionDocument[]
}

/** Values that count, or, with `not`, all but those values. */
export interface Listed<Value> {
  readonly not: boolean
  readonly values: readonly Value[]
}

export type PrincipalType = 'AWS' | 'Federated' | 'Service' | 'CanonicalUser'

/** A principal as it is written; `*` without a type is everyone. */
export interface PrincipalDocument {
  readonly type: PrincipalType | '*'
  readonly value: string
}

export interface ConditionDocument {
  readonly operator: string
  readonly key: string
  readonly values: readonly string[]
}

type Json = string | readonly Json[] | { [name: string]: Json }

/** Prints a document as JSON that reads back to the same document. */
export function printPolicy(document: PolicyDocument): string {
  const { version, id, statements } = document
  return JSON.stringify({ Version: version, ...(id === undefined ? {} : { Id: id }), Statement: statements.map(statementJson) }, null, 2)
}

function statementJson(statement: StatementDocument): Json {
  const { sid, effect, principals, actions, resources, conditions } = statement
  return {
    ...(sid === undefined ? {} : { Sid: sid }),
    Effect: effect,
    ...(principals ? { [named('Principal', principals)]: principalsJson(principals.values) } : {}),
    [named('Action', actions)]: oneOrMany(actions.values),
    ...(resources ? { [named('Resource', resources)]: oneOrMany(resources.values) } : {}),
    ...(conditions.length > 0 ? { Condition: conditionsJson(conditions) } : {}),
  }
}

const named = (element: string, { not }: Listed<unknown>): string => (not ? `Not${element}` : element)
const oneOrMany = (values: readonly string[]): Json => (values.length === 1 ? values[0]! : values)

function principalsJson(principals: readonly PrincipalDocument[]): Json {
  if (principals.some(({ type }) => type === '*')) return '*'
  return fromEntries(grouped(principals, ({ type }) => type).map(([type, members]) => [type, oneOrMany(members.map(({ value }) => value))]))
}

function conditionsJson(conditions: readonly ConditionDocument[]): Json {
  return fromEntries(grouped(conditions, ({ operator }) => operator).map(([operator, members]) =>
    [operator, fromEntries(members.map(({ key, values }) => [key, oneOrMany(values)]))]))
}

/** Makes an object whose members are its own, also one named `__proto__`. */
const fromEntries = (entries: [string, Json][]): Json => Object.fromEntries(entries)

function grouped<Value>(values: readonly Value[], by: (value: Value) => string): [string, Value[]][] {
  const groups = new Map<string, Value[]>()
  for (const value of values) {
    const group = groups.get(by(value))
    if (group) group.push(value)
    else groups.set(by(value), [value])
  }
  return [...groups]
}
