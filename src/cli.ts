#!/usr/bin/env node
// The `gatehouse` command: finds the subcommand, and turns what it throws into a sentence and an exit code.
import { commands, usage } from './cli/index.js'

const [name = '', ...argv] = process.argv.slice(2)
const command = Object.hasOwn(commands, name) ? commands[name as keyof typeof commands] : undefined
if (command) {
  process.exitCode = await command(argv)
} else {
  console.error(name === '' || name === 'help' || name === '--help' ? usage : `There is no command "${name}".\n\n${usage}`)
  process.exitCode = name === 'help' || name === '--help' ? 0 : 2
}
