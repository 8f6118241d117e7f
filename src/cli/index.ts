// The subcommands of `gatehouse`. The server's half opens stores; the client's half talks to a server
// like any other command line.
import { start } from './start.js'

/** Each takes its arguments and returns an exit code. */
export const commands = { start } satisfies Record<string, (argv: string[]) => Promise<number>>

export const usage = `Usage: gatehouse COMMAND

  start [--demo] [--organization FILE]   serve; --organization applies a file first
`
