// The world around a client command: environment, home folder, terminal, clock and browser, handed in so
// that tests have their own.
import { spawn } from 'node:child_process'
import { homedir } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { systemClock, type Clock } from '../../platform/clock.js'

export interface Io {
  env: Readonly<Record<string, string | undefined>>
  home: string
  platform: NodeJS.Platform
  /** Writes a line that is the command's result. */
  out(line: string): void
  /** Writes a line for the person in front of it. */
  say(line: string): void
  /** Opens a page in the browser; false where there is none. */
  open(url: string): Promise<boolean>
  clock: Clock
  sleep(milliseconds: number): Promise<unknown>
}

/** The world of this process. */
export const processIo = (): Io => ({
  env: process.env,
  home: homedir(),
  platform: process.platform,
  out: (line) => void process.stdout.write(`${line}\n`),
  say: (line) => void process.stderr.write(`${line}\n`),
  open: (url) => openBrowser(url, process.platform),
  clock: systemClock,
  sleep,
})

const openers: Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>> = {
  darwin: ['open'],
  // Not `start`, because the shell that it belongs to would take the & of a URL for its own.
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
}

function openBrowser(url: string, platform: NodeJS.Platform): Promise<boolean> {
  const [command, ...args] = openers[platform] ?? ['xdg-open']
  return new Promise((resolve) => {
    const child = spawn(command, [...args, url], { stdio: 'ignore', detached: true })
    child.once('error', () => resolve(false))
    child.once('spawn', () => {
      child.unref()
      resolve(true)
    })
  })
}

/** Says whether a browser on this computer is of any use to whoever types: not over SSH, and not without a screen. */
export function hasBrowser({ env, platform }: Pick<Io, 'env' | 'platform'>): boolean {
  if (env['SSH_CONNECTION'] || env['SSH_CLIENT'] || env['SSH_TTY']) return false
  return platform === 'darwin' || platform === 'win32' || Boolean(env['DISPLAY'] || env['WAYLAND_DISPLAY'])
}

/** Makes text from elsewhere safe to print: control characters could rewrite the terminal. */
export const printable = (text: string): string => text.replace(/\p{C}+/gu, ' ').trim()
