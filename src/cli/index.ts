// The subcommands of `gatehouse`. The server's half opens stores; the client's half talks to a server
// like any other command line. Each is loaded when it is called, so that a small one starts at once.
import { clientCommands, processIo, runClientCommand } from './client/index.js'

type Command = (argv: string[]) => Promise<number>

const terminal = {
  env: process.env,
  out: (text: string) => void process.stdout.write(text),
  say: (line: string) => void process.stderr.write(`${line}\n`),
}

/** Each takes its arguments and returns an exit code. */
export const commands: Readonly<Record<string, Command>> = {
  start: async (argv) => (await import('./start.js')).start(argv),
  apply: async (argv) => {
    const { apply, openOrganizationStores } = await import('./organization.js')
    return apply(argv, terminal, () => openOrganizationStores(process.env))
  },
  export: async (argv) => {
    const { exportFile, openOrganizationStores } = await import('./organization.js')
    return exportFile(argv, terminal, () => openOrganizationStores(process.env))
  },
  audit: async (argv) => {
    const { audit, openAuditStores } = await import('./audit.js')
    // Whoever reads may have had enough (`| head`): that is no fault.
    process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))
    const out = (text: string): Promise<void> => new Promise((taken) => { process.stdout.write(text, () => { taken() }) })
    return audit(argv, { ...terminal, out }, () => openAuditStores(process.env))
  },
  ...Object.fromEntries(clientCommands.map((name): [string, Command] => [name, (argv) => runClientCommand(name, argv, processIo())])),
}

export const usage = `Usage: gatehouse COMMAND

The server:
  start [--demo] [--organization FILE]    serve; --organization applies a file first
  apply [--plan] [--prune] [--yes] [--json] FILE
                                          make the organization as FILE says, and tell who gains and who loses by it;
                                          --plan only shows what would change, --json prints it for machines,
                                          --prune deletes what FILE does not name in the sections that it has
  export                                  print the file that would rebuild the organization
  audit verify|export|keys                prove that the audit trail is as it was written; print its events; print the
                                          keys that its checkpoints are signed with

Your access, from a command line:
  login           sign in; stock AWS clients then work by themselves
  logout          sign out
  credentials     credentials of a permission set in an account
  profiles        write a profile for everything you may use
  console         open an account's console in the browser
  access          ask for access for a time, and answer those who ask
`
