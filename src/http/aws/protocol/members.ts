// The members of JSON inputs as data: what each may be. Reading an input by them gives typed values, or one refusal that
// names every member that is wrong by its path. Members that are not known do not matter.
import { AwsError } from './errors.js'
import type { JsonObject } from './request.js'

/** Reads one value, which is undefined where the member is not there; tells what is wrong with it. */
export interface Member<Value> {
  read(value: unknown, tell: Tell): Value
}

export type Members = Readonly<Record<string, Member<unknown>>>

export type Read<M extends Members> = { [Name in keyof M]: M[Name] extends Member<infer Value> ? Value : never }

/** Tells a problem, completing the path of the value or of something in it, and gives up the value. */
export type Tell = (problem: string, within?: string) => never

class Unfit extends Error {
  constructor(readonly problems: readonly string[]) {
    super('The input does not fit.')
  }
}

const teller = (path: string): Tell => (problem, within = '') => {
  throw new Unfit([`${path}${within} ${problem}`])
}

/** Reads what an operation asks for. */
export function readMembers<M extends Members>(members: M, input: JsonObject): Read<M> {
  try {
    return readAll(members, input, '')
  } catch (error) {
    if (!(error instanceof Unfit)) throw error
    const { problems } = error
    throw invalid(`${problems.length} validation error${problems.length > 1 ? 's' : ''} detected: ${problems.join('; ')}`)
  }
}

/** The refusal of an input that is not what it should be. */
export const invalid = (message: string): AwsError => new AwsError('ValidationException', 400, message)

const mostProblems = 20

function readAll<M extends Members>(members: M, input: JsonObject, path: string): Read<M> {
  return Object.fromEntries(readEach(Object.entries(members), ([name, member]) => [name, read(member, Object.hasOwn(input, name) ? input[name] : undefined, `${path}${name}`)])) as Read<M>
}

/** A member of JSON that is null is one that is not there. */
const read = <Value>(member: Member<Value>, value: unknown, path: string): Value => {
  try {
    return member.read(value ?? undefined, teller(path))
  } catch (error) {
    throw error instanceof Nested ? new Unfit(error.problems.map((problem) => `${path}${problem}`)) : error
  }
}

/** Problems of parts, whose paths still want what comes before. */
class Nested extends Error {
  constructor(readonly problems: readonly string[]) {
    super('A part of the input does not fit.')
  }
}

/** Reads every one of several, and gathers the problems of all. */
function readEach<From, To>(parts: readonly From[], reading: (part: From, index: number) => To): To[] {
  const problems: string[] = []
  const values = parts.flatMap((part, index) => {
    try {
      return problems.length < mostProblems ? [reading(part, index)] : []
    } catch (error) {
      if (!(error instanceof Unfit)) throw error
      problems.push(...error.problems)
      return []
    }
  })
  if (problems.length > 0) throw new Unfit(problems.slice(0, mostProblems))
  return values
}

function nested<Result>(work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    throw error instanceof Unfit ? new Nested(error.problems) : error
  }
}

const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Text of so many characters, all of which match. */
export const text = (min: number, max: number, pattern?: RegExp, words = 'has characters that it cannot have'): Member<string> => ({
  read: (value, tell) => {
    if (value === undefined) return tell('is required')
    if (typeof value !== 'string') return tell('must be text')
    if (value.length < min || value.length > max) return tell(min === max ? `must have ${max} characters` : `must have ${min} to ${max} characters`)
    // eslint-disable-next-line no-control-regex
    if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/.test(value) || !value.isWellFormed()) return tell('has characters that it cannot have')
    return !pattern || pattern.test(value) ? value : tell(words)
  },
})

/** The same, or undefined where it is not there. */
export const optional = <Value>(member: Member<Value>): Member<Value | undefined> => ({ read: (value, tell) => (value === undefined ? undefined : member.read(value, tell)) })

/** The same, or a value that stands in. */
export const otherwise = <Value>(standIn: Value, member: Member<Value>): Member<Value> => ({ read: (value, tell) => (value === undefined ? standIn : member.read(value, tell)) })

export const flag: Member<boolean> = {
  read: (value, tell) => (typeof value === 'boolean' ? value : tell(value === undefined ? 'is required' : 'must be true or false')),
}

/** A whole number in a range. */
export const whole = (min: number, max: number): Member<number> => ({
  read: (value, tell) => (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max ? value : tell(value === undefined ? 'is required' : `must be a whole number from ${min} to ${max}`)),
})

export const oneOf = <const Choice extends string>(...choices: Choice[]): Member<Choice> => ({
  read: (value, tell) => choices.find((choice) => choice === value) ?? tell(value === undefined ? 'is required' : `must be one of ${choices.join(', ')}`),
})

/** A list of so many. */
export const list = <Value>(member: Member<Value>, { min = 0, max }: { min?: number; max: number }): Member<Value[]> => ({
  read: (value, tell) => {
    if (value === undefined) return tell('is required')
    if (!Array.isArray(value)) return tell('must be a list')
    if (value.length < min || value.length > max) return tell(min === max ? `must have ${max} entr${max === 1 ? 'y' : 'ies'}` : `must have ${min} to ${max} entries`)
    return nested(() => readEach(value as unknown[], (one, index) => read(member, one, `[${index}]`)))
  },
})

/** A structure with members of its own. */
export const structure = <M extends Members>(members: M): Member<Read<M>> => ({
  read: (value, tell) => {
    if (value === undefined) return tell('is required')
    if (!isObject(value)) return tell('must be a structure')
    return nested(() => readAll(members, value, '.'))
  },
})

type Chosen<M extends Members> = { [Name in keyof M]: { [Only in Name]: M[Name] extends Member<infer Value> ? Value : never } & { [Other in Exclude<keyof M, Name>]?: undefined } }[keyof M]

/** A structure of which exactly one member is there. */
export const union = <M extends Members>(members: M): Member<Chosen<M>> => ({
  read: (value, tell) => {
    if (value === undefined) return tell('is required')
    if (!isObject(value)) return tell('must be a structure')
    const [name, ...others] = Object.keys(members).filter((known) => Object.hasOwn(value, known) && value[known] != null)
    if (name === undefined || others.length > 0) return tell(`must have exactly one of ${Object.keys(members).join(', ')}`)
    return nested(() => ({ [name]: read(members[name]!, value[name], `.${name}`) })) as Chosen<M>
  },
})

/** Any JSON there is, for members that are documents; none with a NUL or half a character in it. */
export const anything: Member<unknown> = {
  read: (value, tell) => {
    if (value === undefined) return tell('is required')
    return isStorable(value) ? value : tell('has characters that it cannot have')
  },
}

function isStorable(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed() && !value.includes('\0')
  if (typeof value !== 'object' || value === null) return true
  return Object.entries(value).every(([key, part]) => isStorable(key) && isStorable(part))
}

/** Another member's value, made into something else; the making may find it unfit by a sentence. */
export const made = <From, To>(member: Member<From>, make: (value: From, tell: Tell) => To): Member<To> => ({ read: (value, tell) => make(member.read(value, tell), tell) })
