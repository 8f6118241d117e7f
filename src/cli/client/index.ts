// Owns the client half of the `gatehouse` command: what runs on a person's computer and speaks to an access
// portal over HTTP. Does not own starting or managing a server, and uses nothing of the domain.
import { Refusal } from '../../platform/errors.js'
import { access, accessUsage } from './access.js'
import { openConsole, consoleUsage } from './console.js'
import { credentials, credentialsUsage } from './credentials.js'
import type { Io } from './io.js'
import { login, loginUsage } from './login.js'
import { logout, logoutUsage } from './logout.js'
import { profiles, profilesUsage } from './profiles.js'

export { processIo, type Io } from './io.js'

interface ClientCommand {
  run(argv: readonly string[], io: Io): Promise<void>
  usage: string
}

const commands: Readonly<Record<string, ClientCommand>> = {
  login: { run: login, usage: loginUsage },
  logout: { run: logout, usage: logoutUsage },
  credentials: { run: credentials, usage: credentialsUsage },
  profiles: { run: profiles, usage: profilesUsage },
  console: { run: openConsole, usage: consoleUsage },
  access: { run: access, usage: accessUsage },
}

/** The names of the client commands. */
export const clientCommands: readonly string[] = Object.keys(commands)

/** Runs a client command and returns its exit code: 0, 1 where it was refused, 2 where it was misused. */
export async function runClientCommand(name: string, argv: readonly string[], io: Io): Promise<number> {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!command) {
    io.say(`gatehouse: there is no command ${name}. There are: ${clientCommands.join(', ')}`)
    return 2
  }
  try {
    await command.run(argv, io)
    return 0
  } catch (error) {
    if (error instanceof Refusal) {
      io.say(`gatehouse: ${error.message}`)
      return error.code === 'invalid-input' ? 2 : 1
    }
    if (isMisuse(error)) {
      io.say(`gatehouse: ${error.message}\n\n${command.usage}`)
      return 2
    }
    io.say(`gatehouse: ${error instanceof Error ? error.message : String(error)}`)
    return 1
  }
}

const isMisuse = (error: unknown): error is Error => String((error as { code?: unknown } | undefined)?.code).startsWith('ERR_PARSE_ARGS')
