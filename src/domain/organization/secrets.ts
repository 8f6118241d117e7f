// What the file may take from outside itself: secrets as `${NAME}` or `{ file: path }`, and `${NAME}` inside
// addresses. Faults name where a value was looked for, never the value.
import { z } from 'zod'

/** Where references lead: the environment, and files beside the organization file. */
export interface Outside {
  env: Record<string, string | undefined>
  /** Reads a file by the path written in the organization file, or throws. */
  readFile: (path: string) => string | Uint8Array
}

/** Where nothing comes from outside: the pages of a server. */
export const nowhere: Outside = { env: {}, readFile: () => { throw new Error('There are no files here') } }

const reference = /^\$\{([A-Za-z_][A-Za-z0-9_]*)\}$/
const references = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g

const notSet = (name: string): string => `takes its value from the environment variable ${name}, which is not set`

type Complain = (message: string) => void

function fromEnvironment(name: string, outside: Outside, complain: Complain): string {
  const value = Object.hasOwn(outside.env, name) ? outside.env[name] : undefined
  if (!value) complain(notSet(name))
  return value ?? ''
}

function fromFile(path: string, outside: Outside, complain: Complain): string {
  let text: string
  try {
    text = Buffer.from(outside.readFile(path)).toString('utf8')
  } catch {
    complain(`takes its value from the file ${path}, which cannot be read`)
    return ''
  }
  // An editor ends a file with a line break that is no part of the secret.
  const value = text.replace(/\r?\n$/, '')
  if (value === '') complain(`takes its value from the file ${path}, which is empty`)
  return value
}

/** A secret, resolved: text as it stands, `${NAME}` from the environment, or `{ file: path }`; `check` says what is wrong with the value. */
export function secret(outside: Outside, check: (value: string) => string | undefined) {
  const written = z.union([z.string().min(1), z.strictObject({ file: z.string().min(1) })], {
    error: 'must be text, ${NAME} of an environment variable, or { file: path }',
  })
  return written.transform((input, ctx) => {
    let complaint: string | undefined
    const complain = (message: string): void => {
      complaint = message
    }
    const name = typeof input === 'string' ? reference.exec(input)?.[1] : undefined
    const value = typeof input !== 'string' ? fromFile(input.file, outside, complain) : name ? fromEnvironment(name, outside, complain) : input
    complaint ??= check(value)
    if (complaint) ctx.addIssue({ code: 'custom', message: complaint })
    return value
  })
}

/** Text in which every `${NAME}` is replaced from the environment. */
export function expanded(outside: Outside) {
  return z.string().transform((text, ctx) =>
    text.replace(references, (_, name: string) => fromEnvironment(name, outside, (message) => ctx.addIssue({ code: 'custom', message }))),
  )
}
