// The subcommands of `gatehouse`. The server's half opens stores; the client's half talks to a server
// like any other command line.
import { apply, exportFile, openOrganizationStores, type OrganizationIo } from './organization.js'
import { start } from './start.js'

const io: OrganizationIo = {
  env: process.env,
  out: (text) => void process.stdout.write(text),
  say: (line) => void process.stderr.write(`${line}\n`),
}
const open = () => openOrganizationStores(process.env)

/** Each takes its arguments and returns an exit code. */
export const commands = {
  start,
  apply: (argv) => apply(argv, io, open),
  export: (argv) => exportFile(argv, io, open),
} satisfies Record<string, (argv: string[]) => Promise<number>>

export const usage = `Usage: gatehouse COMMAND

  start [--demo] [--organization FILE]    serve; --organization applies a file first
  apply [--plan] [--prune] [--yes] FILE   make the organization as FILE says; --plan only shows what would change,
                                          --prune deletes what FILE does not name in the sections that it has
  export                                  print the file that would rebuild the organization
`
