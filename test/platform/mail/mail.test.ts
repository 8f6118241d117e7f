import { openDatabase } from '../../../src/platform/storage/database.js'
import { absoluteLink, isMailAddress } from '../../../src/platform/mail/compose.js'
import { silent } from '../../support/app.js'
import { openEmbedded } from '../../support/database.js'
import { needs } from '../../support/needs.js'
import { PostgresServer } from '../../support/postgres.js'
import { temporaryFolder } from '../../support/servers.js'
import { keepsPromises } from './mail.conformance.js'

describe('on the embedded database', () => { keepsPromises(openEmbedded) })

needs('postgres').describe('on PostgreSQL', () => {
  let server: PostgresServer
  beforeAll(async () => { server = await PostgresServer.start() }, 60_000)
  afterAll(async () => { await server?.stop() })
  keepsPromises(async () => openDatabase({ url: server.url(), dataDir: await temporaryFolder('mail'), log: silent }))
})

test.each(['jane@example.com', "o'neil+x@sub.example.co", 'root@localhost'])('%s is a mail address', (text) => {
  expect(isMailAddress(text)).toBe(true)
})

test.each(['', 'jane', 'jane@', '@example.com', 'a b@example.com', 'a@b@c', 'a@example.com\n', 'a@example.com,b@example.com', '<a@example.com>', '"a"@example.com', 'a..b@example.com', `${'a'.repeat(65)}@example.com`])('%j is none', (text) => {
  expect(isMailAddress(text)).toBe(false)
})

test.each(['//evil.example/x', '/\\evil.example', 'https://evil.example/', 'javascript:alert(1)', 'reset', ''])('a mail has no link to %j', (path) => {
  expect(() => absoluteLink(path, new URL('https://login.example.com'))).toThrow('a path of ours')
})
