// What a command says when it fails: what a person can do something about in a sentence, anything else
// with where it came from.
import { SettingsFault } from '../platform/config.js'
import { Refusal } from '../platform/errors.js'

const isMisuse = (error: unknown): boolean => String((error as { code?: unknown } | undefined)?.code).startsWith('ERR_PARSE_ARGS')

/** Says what went wrong; `usage` is shown to who called the command wrongly. */
export function sentenceOf(error: unknown, usage: string): string {
  if (error instanceof SettingsFault || error instanceof Refusal) return error.message.trimEnd()
  const { code, message, port } = error as NodeJS.ErrnoException & { port?: number }
  if (isMisuse(error)) return `${message}\n\n${usage}`
  if (code === 'EADDRINUSE') return `Something is listening on port ${port} already. Stop it, or set PORT to another.`
  if (code === 'EACCES' && port !== undefined) return `Port ${port} may not be listened on. Set PORT to one above 1023.`
  return error instanceof Error ? error.stack ?? message : String(error)
}

/** 2 where the command or its settings are wrong, 1 for everything else. */
export const exitCodeOf = (error: unknown): number => (error instanceof SettingsFault || isMisuse(error) ? 2 : 1)
