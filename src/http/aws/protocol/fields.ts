// The parameters of operations as data: what each may be. Reading a request by them gives typed input, or one
// refusal that names every parameter that is wrong.
import { AwsError } from './errors.js'
import type { Parameters } from './request.js'

/** Reads one parameter, by its name with all that comes before it; throws what is wrong with it. */
export interface Field<Value> {
  read(parameters: Parameters, name: string): Value
}

export type Shape = Readonly<Record<string, Field<unknown>>>

export type Input<S extends Shape> = { [Name in keyof S]: S[Name] extends Field<infer Value> ? Value : never }

/** What is wrong with a parameter, completing its name. */
class Unfit extends Error {}

const unfit = (problem: string): never => {
  throw new Unfit(problem)
}

/** Reads what an operation asks for. */
export function readInput<S extends Shape>(shape: S, parameters: Parameters): Input<S> {
  const problems: string[] = []
  const entries = Object.entries(shape).map(([name, field]) => {
    try {
      return [name, field.read(parameters, name)] as const
    } catch (error) {
      if (!(error instanceof Unfit)) throw error
      problems.push(`${name} ${error.message}`)
      return [name, undefined] as const
    }
  })
  if (problems.length > 0) throw new AwsError('ValidationError', 400, `${problems.length} validation error${problems.length > 1 ? 's' : ''} detected: ${problems.join('; ')}`)
  return Object.fromEntries(entries) as Input<S>
}

/** Text of so many characters, all of which match. */
export function text(min: number, max: number, pattern?: RegExp, words = 'has characters that it cannot have'): Field<string> {
  return {
    read: (parameters, name) => {
      const value = parameters.get(name) ?? unfit('is required')
      if (value.length < min || value.length > max) unfit(`must have ${min} to ${max} characters`)
      // eslint-disable-next-line no-control-regex
      if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/.test(value) || !value.isWellFormed()) unfit('has characters that it cannot have')
      return !pattern || pattern.test(value) ? value : unfit(words)
    },
  }
}

/** The same, or undefined where it is not there. */
export const optional = <Value>(field: Field<Value>): Field<Value | undefined> => ({
  read: (parameters, name) => (isThere(parameters, name) ? field.read(parameters, name) : undefined),
})

/** The same, or a value that stands in. */
export const otherwise = <Value>(value: Value, field: Field<Value>): Field<Value> => ({
  read: (parameters, name) => (isThere(parameters, name) ? field.read(parameters, name) : value),
})

const isThere = (parameters: Parameters, name: string): boolean => parameters.has(name) || indexesOf(parameters, name).length > 0

export const flag: Field<boolean> = {
  read: (parameters, name) => {
    const value = (parameters.get(name) ?? unfit('is required')).toLowerCase()
    return value === 'true' || value === 'false' ? value === 'true' : unfit('must be true or false')
  },
}

/** A whole number in a range. */
export const whole = (min: number, max: number): Field<number> => ({
  read: (parameters, name) => {
    const value = parameters.get(name) ?? unfit('is required')
    return /^\d{1,9}$/.test(value) && Number(value) >= min && Number(value) <= max ? Number(value) : unfit(`must be a whole number from ${min} to ${max}`)
  },
})

export const oneOf = <const Choice extends string>(...choices: Choice[]): Field<Choice> => ({
  read: (parameters, name) => choices.find((choice) => choice === parameters.get(name)) ?? unfit(`must be one of ${choices.join(', ')}`),
})

/** The numbers of a list's members, `NAME.member.1` and on, in order. */
function indexesOf(parameters: Parameters, name: string): number[] {
  const found = new Set<number>()
  const prefix = `${name}.member.`
  for (const key of parameters.keys()) {
    const index = key.startsWith(prefix) ? /^[1-9]\d{0,3}(?=\.|$)/.exec(key.slice(prefix.length))?.[0] : undefined
    if (index) found.add(Number(index))
  }
  return [...found].toSorted((one, other) => one - other)
}

/** A list; one that is not there is empty. */
export const list = <Value>(field: Field<Value>, max: number): Field<Value[]> => ({
  read: (parameters, name) => {
    const indexes = indexesOf(parameters, name)
    if (indexes.length > max) unfit(`must have at most ${max} members`)
    return indexes.map((index) => field.read(parameters, `${name}.member.${index}`))
  },
})

/** A list that has something in it. */
export const filled = <Value>(field: Field<Value[]>): Field<Value[]> => ({
  read: (parameters, name) => {
    const values = field.read(parameters, name)
    return values.length > 0 ? values : unfit('is required')
  },
})

/** A structure: fields of their own behind a dot. */
export const structure = <S extends Shape>(shape: S): Field<Input<S>> => ({
  read: (parameters, name) => Object.fromEntries(Object.entries(shape).map(([member, field]) => [member, within(member, () => field.read(parameters, `${name}.${member}`))])) as Input<S>,
})

function within<Value>(member: string, read: () => Value): Value {
  try {
    return read()
  } catch (error) {
    throw error instanceof Unfit ? new Unfit(`has a ${member} that ${error.message}`) : error
  }
}

/** Another field's value, made into something else; the making may find it unfit by a sentence. */
export const made = <From, To>(field: Field<From>, make: (value: From, unfit: (problem: string) => never) => To): Field<To> => ({
  read: (parameters, name) => make(field.read(parameters, name), unfit),
})
