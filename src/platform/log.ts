// Structured logs: one JSON object a line, control characters escaped by JSON itself, secrets never.
import pino, { type Logger } from 'pino'

export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error' | 'fatal'>

/** Says of an error what may be read by whoever reads logs: not the statement's parameters, nor the row that it stumbled over. */
export function describeError(error: unknown, depth = 3): unknown {
  if (!(error instanceof Error) && !isErrorLike(error)) return error
  const { name, message, stack, cause, code } = error as Error & { code?: unknown }
  return { type: name, message, stack, ...(code !== undefined && { code }), ...(cause !== undefined && depth > 0 && { cause: describeError(cause, depth - 1) }) }
}

const isErrorLike = (value: unknown): boolean => typeof value === 'object' && value !== null && 'message' in value && 'stack' in value

/** Opens the log on standard error, so that standard output stays for what a command prints. */
export function openLog(level: string): Logger {
  return pino({ level, base: undefined, serializers: { err: describeError, error: describeError, cause: describeError }, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination({ dest: 2, sync: true }))
}

/** Cuts a value that a stranger chose to a length that cannot flood the log. */
export const capped = (value: string | undefined): string | undefined => value?.slice(0, 256)
