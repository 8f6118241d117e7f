// A person at a computer, with a home folder of their own and a portal to sign in to.
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { runClientCommand, type Io } from '../../src/cli/client/index.js'
import { startPortal } from './portal.js'

/** Starts a portal and a person who signs in at whatever page opens. */
export async function startClient() {
  const portal = await startPortal()
  const home = mkdtempSync(join(tmpdir(), 'gatehouse-home-'))
  const world = { out: [] as string[], said: [] as string[], opened: [] as string[], slept: [] as number[], ahead: 0, person: async (page: string): Promise<unknown> => portal.approve(page) }
  const io: Io = {
    env: { DISPLAY: ':0' },
    home,
    platform: 'linux',
    out: (line) => void world.out.push(line),
    say: (line) => void world.said.push(line),
    open: async (url) => {
      world.opened.push(url)
      if (new URL(url).pathname === '/authorize') void world.person(url)
      return true
    },
    clock: () => Date.now() + world.ahead,
    sleep: async (milliseconds) => void world.slept.push(milliseconds),
  }
  const run = (name: string, ...argv: string[]) => runClientCommand(name, argv, io)
  const cacheFile = (session = 'gatehouse') => join(home, '.aws', 'sso', 'cache', `${createHash('sha1').update(session).digest('hex')}.json`)
  return {
    portal, home, world, io, run, cacheFile,
    login: (...argv: string[]) => run('login', '--start-url', `${portal.url}/start`, ...argv),
    cached: (): Record<string, string> => JSON.parse(readFileSync(cacheFile(), 'utf8')),
    requests: (path: string) => portal.state.seen.filter((one) => one.path === path),
    /** Writes a file below the home folder. */
    put: (path: string, text: string) => {
      mkdirSync(dirname(join(home, path)), { recursive: true })
      writeFileSync(join(home, path), text)
    },
    config: () => readFileSync(join(home, '.aws', 'config'), 'utf8'),
    close: async () => {
      await portal.close()
      rmSync(home, { recursive: true })
    },
  }
}
