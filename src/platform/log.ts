// Structured logs: one JSON object a line, control characters escaped by JSON itself, secrets never.
import pino, { type Logger } from 'pino'

export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error' | 'fatal'>

/** Opens the log on standard error, so that standard output stays for what a command prints. */
export function openLog(level: string): Logger {
  return pino({ level, base: undefined, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination({ dest: 2, sync: true }))
}

/** Cuts a value that a stranger chose to a length that cannot flood the log. */
export const capped = (value: string | undefined): string | undefined => value?.slice(0, 256)
