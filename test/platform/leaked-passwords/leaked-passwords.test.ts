// Leaked passwords: the list that ships, a file of hashes, and a service that answers ranges.
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import fc from 'fast-check'
import { LeakedPasswords } from '../../../src/platform/leaked-passwords/index.js'
import { hasHash } from '../../../src/platform/leaked-passwords/hash-file.js'
import type { Log } from '../../../src/platform/log.js'

const lines: unknown[] = []
const log = { warn: (...line: unknown[]) => void lines.push(line) } as unknown as Log
const sha1 = (text: string): string => createHash('sha1').update(text).digest('hex').toUpperCase()

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-leaks-'))
const servers: Server[] = []
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
  for (const server of servers) server.close()
})

describe('the list that ships', () => {
  const leaked = new LeakedPasswords({ source: undefined, log })
  test.each(['password', 'Password1!', 'P@ssw0rd', 'P@ssw0rd!', 'Dragon2024!', '12345678', 'iloveyou', 'QWERTY123!', '!Letmein1'])('knows %s', async (plain) => {
    expect(await leaked.has(plain)).toBe(true)
  })
  test.each(['Correct-horse-7', 'Only-once-42', 'vPq8#kR2!mZx', 'xk-passwords-are-fine-xk', '', '😀😀😀😀😀😀😀😀'])('does not know %j', async (plain) => {
    expect(await leaked.has(plain)).toBe(false)
  })
})

describe('a file of hashes', () => {
  const write = (text: string): URL => {
    const path = join(folder, `hashes-${Math.random()}`)
    writeFileSync(path, text)
    return pathToFileURL(path)
  }

  test('has what is in it and nothing else, whatever its lines', async () => {
    await fc.assert(fc.asyncProperty(fc.uniqueArray(fc.string(), { maxLength: 60 }), fc.array(fc.nat(10_000_000), { minLength: 60, maxLength: 60 }), fc.constantFrom('\n', '\r\n'), fc.boolean(), fc.boolean(), async (words, counts, end, counted, ended) => {
      const hashes = words.map(sha1).toSorted()
      const file = write(hashes.map((hash, at) => `${hash}${counted ? `:${counts[at]}` : ''}`).join(end) + (ended && hashes.length > 0 ? end : ''))
      for (const hash of hashes) expect(await hasHash(file, hash)).toBe(true)
      for (const other of ['0'.repeat(40), 'F'.repeat(40), sha1('something else entirely')]) expect(await hasHash(file, other)).toBe(false)
    }), { numRuns: 60 })
  })

  test('is asked about what the list that ships does not know', async () => {
    const leaked = new LeakedPasswords({ source: write(`${sha1('Correct-horse-7')}:3\n`), log })
    expect(await leaked.has('Correct-horse-7')).toBe(true)
    expect(await leaked.has('Correct-horse-8')).toBe(false)
  })

  test('that is gone or is something else lets a password pass, and says so in the log', async () => {
    for (const source of [pathToFileURL(join(folder, 'none')), write('not a list of hashes\n'.repeat(50))]) {
      lines.length = 0
      expect(await new LeakedPasswords({ source, log }).has('Correct-horse-7')).toBe(false)
      expect(lines).toHaveLength(1)
    }
  })
})

describe('a service', () => {
  async function serve(answer: RequestListener): Promise<URL> {
    const server = createServer(answer)
    servers.push(server)
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
    return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/range/`)
  }
  const has = async (answer: RequestListener): Promise<boolean> => new LeakedPasswords({ source: await serve(answer), log }).has('Correct-horse-7')
  const hash = sha1('Correct-horse-7')

  test('learns five digits of the hash and no more, and is believed', async () => {
    const asked: string[] = []
    expect(await has((request, response) => {
      asked.push(`${request.method} ${request.url} ${request.headers['add-padding']}`)
      response.end(`${'0'.repeat(35)}:5\r\n${hash.slice(5)}:12\r\n`)
    })).toBe(true)
    expect(asked).toEqual([`GET /range/${hash.slice(0, 5)} true`])
  })

  test('that pads its answer with what was never seen is understood', async () => {
    expect(await has((_, response) => void response.end(`${hash.slice(5)}:0\r\n`))).toBe(false)
  })

  test.each<[string, RequestListener]>([
    ['fails', (_, response) => { response.statusCode = 503; response.end() }],
    ['hangs up', (request) => void request.socket.destroy()],
    ['sends on to elsewhere', (_, response) => { response.writeHead(302, { location: '/elsewhere' }); response.end() }],
    ['answers without end', (_, response) => {
      const more = (): void => { if (!response.destroyed) response.write(`${'A'.repeat(35)}:1\n`.repeat(4000), more) }
      more()
    }],
    ['does not answer', () => undefined],
  ])('that %s lets a password pass, and that is logged without it', async (_, answer) => {
    lines.length = 0
    expect(await has(answer)).toBe(false)
    expect(lines).toHaveLength(1)
    expect(JSON.stringify(lines)).not.toMatch(new RegExp(`horse|${hash.slice(0, 6)}`, 'i'))
  })
})
