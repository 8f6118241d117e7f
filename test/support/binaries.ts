// Finds the programs of this machine that some tests start.
import { execFileSync } from 'node:child_process'
import { accessSync, constants, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const names = {
  postgres: ['postgres'],
  initdb: ['initdb'],
  pg_ctl: ['pg_ctl'],
  'redis-server': ['redis-server'],
  chromium: ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
  aws: ['aws'],
  oathtool: ['oathtool'],
  slapd: ['slapd'],
  slapadd: ['slapadd'],
  php: ['php'],
  // A folder of pages.
  simplesamlphp: ['simplesamlphp'],
}

export type Program = keyof typeof names

const packaged = '/usr/lib/postgresql'

function folders(): string[] {
  // Servers that are for root lie where not everybody looks.
  const path = [...(process.env['PATH'] ?? '').split(delimiter).filter(Boolean), '/usr/sbin']
  try {
    const versions = readdirSync(packaged).toSorted((a, b) => Number(b) - Number(a))
    return [...path, ...versions.map(version => join(packaged, version, 'bin')), '/usr/share']
  } catch {
    return path
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Version 1 of the AWS CLI is still about, and cannot sign in. */
const isUsable = (program: Program, path: string): boolean =>
  isExecutable(path) && (program !== 'aws' || execFileSync(path, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).startsWith('aws-cli/2'))

/** Finds where a program lies, in PATH or where distributions put servers. */
export function findProgram(program: Program): string | undefined {
  return folders().flatMap(folder => names[program].map(name => join(folder, name))).find(path => isUsable(program, path))
}

/** Gets where a program lies; tests that call this stand behind `needs`. */
export function getProgram(program: Program): string {
  const path = findProgram(program)
  if (!path) throw new Error(`${program} is not installed`)
  return path
}
