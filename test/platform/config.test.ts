// Settings: what config/defaults.env documents is what is read, and whatever is wrong is said at once.
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { readSettings, SettingsFault } from '../../src/platform/config.js'

const key = 'ab'.repeat(32)
const secrets = ['DATABASE_URL', 'REDIS_URL', 'SMTP_URL', 'MASTER_KEY', 'AUDIT_STREAMS', 'AUDIT_WEBHOOK_SECRET']
const documented = new Map(readFileSync('config/defaults.env', 'utf8').split('\n').filter((line) => /^[A-Z]/.test(line)).map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string]))

let folder: string
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'gatehouse-config-')) })
afterAll(() => rmSync(folder, { recursive: true }))

function faultsOf(env: Record<string, string>): string[] {
  try {
    readSettings({ MASTER_KEY: key, ...env })
    return []
  } catch (error) {
    if (error instanceof SettingsFault) return error.faults
    throw error
  }
}

function namesRead(): Set<string> {
  const names = new Set<string>()
  const env = new Proxy({ MASTER_KEY: key } as Record<string, string>, { get: (target, name: string) => (names.add(name), target[name]) })
  readSettings(env)
  return names
}

test('config/defaults.env documents every setting that is read, and no other', () => {
  const read = [...namesRead()].filter((name) => !name.endsWith('_FILE'))
  expect(read.toSorted()).toEqual([...documented.keys()].toSorted())
})

test('each secret, and nothing else, may be given as a file', () => {
  expect([...namesRead()].filter((name) => name.endsWith('_FILE')).toSorted()).toEqual(secrets.map((name) => `${name}_FILE`).toSorted())
  const text = readFileSync('config/defaults.env', 'utf8')
  for (const name of secrets) expect(text).toMatch(new RegExp(`# .*Secret\\.\\n${name}=`))
})

test('the defaults that are documented are those that apply', () => {
  const given = Object.fromEntries([...documented].filter(([, value]) => value !== ''))
  expect(readSettings({ ...given, MASTER_KEY: key }).config).toEqual(readSettings({ MASTER_KEY: key }).config)
})

test('every fault is listed at once', () => {
  const faults = faultsOf({
    PUBLIC_URL: 'ftp://x', PORT: '-1', ALLOWED_HOSTS: 'fine.example.com, no good', TRUSTED_PROXIES: '10.0.0.0/8,10.0.0.0/33,everything', DATABASE_POOL: '1', DATABASE_URL: 'mysql://x',
    REDIS_URL: 'http://x', MASTER_KEY: 'short', REGION: 'moon', HASH_CONCURRENCY: '0', BCRYPT_COST: '9', SMTP_URL: 'mail', LOG_LEVEL: 'loud',
  })
  expect(faults).toHaveLength(14)
  for (const name of ['PUBLIC_URL', 'PORT', 'ALLOWED_HOSTS', 'TRUSTED_PROXIES', 'DATABASE_POOL', 'DATABASE_URL', 'REDIS_URL', 'MASTER_KEY', 'REGION', 'HASH_CONCURRENCY', 'BCRYPT_COST', 'SMTP_URL', 'LOG_LEVEL']) {
    expect(faults.some((fault) => fault.startsWith(`${name} `))).toBe(true)
  }
})

test.each([
  ['http://login.example.com', 'plain http'],
  ['https://login.example.com/gatehouse', 'must have no path'],
  ['https://user@login.example.com', 'must have no path'],
  ['login.example.com', 'must be an address'],
])('refuses the public address %s', (PUBLIC_URL, because) => {
  expect(faultsOf({ PUBLIC_URL })).toEqual([expect.stringContaining(because)])
})

test.each(['http://localhost:9999', 'http://127.0.0.1:1', 'http://[::1]:8080', 'http://a.localhost', 'https://login.example.com'])('accepts the public address %s', (PUBLIC_URL) => {
  expect(faultsOf({ PUBLIC_URL })).toEqual([])
})

test('listens on this machine alone while the public address is this machine', () => {
  expect(readSettings({ MASTER_KEY: key }).config.listenAddress).toBe('localhost')
  expect(readSettings({ MASTER_KEY: key, PUBLIC_URL: 'https://login.example.com' }).config.listenAddress).toBeUndefined()
})

test.each(['redis://localhost:6379/0', 'rediss://:word@cache.example.com', 'redis+sentinel://a,b:26379/mymaster/0', 'rediss+cluster://a:1,b:2,c:3'])('accepts the Redis address %s', (REDIS_URL) => {
  expect(faultsOf({ REDIS_URL })).toEqual([])
})

test('a secret is read from a file, without the line end of an editor', () => {
  const file = join(folder, 'url')
  writeFileSync(file, 'postgres://gatehouse@db/gatehouse\n')
  expect(readSettings({ MASTER_KEY: key, DATABASE_URL_FILE: file }).secrets.databaseUrl).toBe('postgres://gatehouse@db/gatehouse')
  expect(faultsOf({ DATABASE_URL: 'postgres://x/y', DATABASE_URL_FILE: file })).toEqual(['DATABASE_URL and DATABASE_URL_FILE are both set. Keep one.'])
  expect(faultsOf({ DATABASE_URL_FILE: join(folder, 'none') })).toEqual([expect.stringContaining('cannot be read')])
})

test('no secret stands in what may be logged, nor in a fault', () => {
  const settings = readSettings({ MASTER_KEY: key, DATABASE_URL: 'postgres://u:hunter2@db/x', REDIS_URL: 'redis://:hunter2@cache', SMTP_URL: 'smtp://u:hunter2@mail' })
  expect(inspect(settings.config, { depth: null })).not.toMatch(/hunter2|abababab/)
  expect(inspect(settings.secrets.masterKey, { depth: null })).not.toContain('ab, ab')
  expect(JSON.stringify(settings.secrets.masterKey)).toBe('{}')
  expect(faultsOf({ DATABASE_URL: 'mysql://u:hunter2@db/x', REDIS_URL: 'http://:hunter2@cache', SMTP_URL: 'x://hunter2', MASTER_KEY: 'hunter2' }).join()).not.toContain('hunter2')
})

test('the settings cannot be changed afterwards', () => {
  const { config } = readSettings({ MASTER_KEY: key })
  expect(Object.isFrozen(config)).toBe(true)
})

test('without a master key one is made on first start, for its owner alone, and kept', () => {
  const dataDir = join(folder, 'new', 'data')
  const first = readSettings({ DATA_DIR: dataDir }).secrets.masterKey.id
  expect(statSync(join(dataDir, 'master.key')).mode & 0o777).toBe(0o600)
  expect(readSettings({ DATA_DIR: dataDir }).secrets.masterKey.id).toBe(first)
  writeFileSync(join(dataDir, 'master.key'), 'spoilt')
  expect(() => readSettings({ DATA_DIR: dataDir })).toThrow('is not a master key')
})

test.each([['hexadecimal', 'ab'.repeat(32)], ['base64', Buffer.alloc(32, 0xab).toString('base64')]])('a master key may be written as %s', (_form, MASTER_KEY) => {
  expect(readSettings({ MASTER_KEY }).secrets.masterKey.id).toBe(readSettings({ MASTER_KEY: key }).secrets.masterKey.id)
})

test.each(['http://leaks.example.com/range/', 'https://leaks.example.com/range', 'https://leaks.example.com/range/?key=1', 'file:///nowhere/hashes.txt', 'hashes.txt', 'ftp://leaks.example.com/'])('leaked passwords cannot be looked up at %s', (value) => {
  const [fault] = faultsOf({ LEAKED_PASSWORDS: value })
  expect(fault).toContain(`LEAKED_PASSWORDS is "${value}"`)
})

test('leaked passwords are looked up in a file that is there, or at a service', () => {
  writeFileSync(join(folder, 'hashes.txt'), '')
  for (const value of [`file:${folder}/hashes.txt`, 'https://leaks.example.com/range/', 'http://localhost:9/range/']) expect(faultsOf({ LEAKED_PASSWORDS: value })).toEqual([])
})

test('streams of the audit trail are read, and a webhook needs a secret of some length', () => {
  const { secrets: read, config } = readSettings({ MASTER_KEY: key, AUDIT_RETENTION: '365', AUDIT_STREAMS: 'stdout, file:/var/log/audit.ndjson,https://hooks.example.com/x', AUDIT_WEBHOOK_SECRET: 'x'.repeat(24) })
  expect([config.auditRetention, read.auditStreams.map(({ kind }) => kind)]).toEqual([365, ['stdout', 'file', 'webhook']])
  expect(faultsOf({ AUDIT_STREAMS: 'https://hooks.example.com/x', AUDIT_WEBHOOK_SECRET: 'short' })).toEqual([expect.stringContaining('AUDIT_WEBHOOK_SECRET')])
  expect(faultsOf({ AUDIT_STREAMS: 'carrier-pigeon', AUDIT_RETENTION: '0' }).toSorted()).toEqual([expect.stringContaining('AUDIT_RETENTION'), expect.stringContaining('AUDIT_STREAMS')])
})
