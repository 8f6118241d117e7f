// The subcommands of `gatehouse`. The server's half opens stores; the client's half talks to a server
// like any other command line.
import { clientCommands, processIo, runClientCommand } from './client/index.js'
import { start } from './start.js'

type Command = (argv: string[]) => Promise<number>

/** Each takes its arguments and returns an exit code. */
export const commands: Readonly<Record<string, Command>> = {
  start,
  ...Object.fromEntries(clientCommands.map((name): [string, Command] => [name, (argv) => runClientCommand(name, argv, processIo())])),
}

export const usage = `Usage: gatehouse COMMAND

  start [--demo] [--organization FILE]   serve; --organization applies a file first

  login           sign in; stock AWS clients then work by themselves
  logout          sign out
  credentials     credentials of a permission set in an account
  profiles        write a profile for everything you may use
  console         open an account's console in the browser
`
