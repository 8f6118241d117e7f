// People imported by SCIM over PostgreSQL, one a request and many in bulk requests, against bare inserts.
import type autocannon from 'autocannon'
import { ProvisioningTokens } from '../../src/domain/federation/index.js'
import { openDatabase } from '../../src/platform/storage/database.js'
import { freePort } from '../../test/support/servers.js'
import { Program } from '../program.js'
import type { Figure } from '../report.js'
import { against, cannon, measure, spreadIn, type Contestant } from '../rounds.js'
import type { Scenario } from '../run.js'
import { named } from '../stores.js'

const connections = 32
const bulkConnections = 4
const inBulk = 250
/** People a second. */
const aim = 1000

export const scim: Scenario = async (stores, over) => {
  if (!over.includes('servers')) return []
  const env = await stores.copyFor({ stores: 'servers' })
  const headers = { authorization: `Bearer ${await makeToken(env)}`, 'content-type': 'application/scim+json' }
  const bare = await Program.start({ run: ['bench/limits/inserts.js'], port: await freePort(), env: await stores.copyFor({ stores: 'servers' }) })
  const program = await stores.run(env)
  const limit: Contestant = { name: 'bare inserts', stores: named.servers, program: bare, load: (seconds) => posting(bare.origin, '/', connections, () => person(), {}, seconds) }
  const single: Contestant = { name: 'scim: import, one a request', stores: named.servers, program, load: (seconds) => posting(program.origin, '/scim/v2/Users', connections, () => person(), headers, seconds) }
  const bulk: Contestant = {
    name: `scim: import, ${inBulk} a request`, stores: named.servers, program,
    load: async (seconds) => {
      const { count, ...done } = await posting(program.origin, '/scim/v2/Bulk', bulkConnections, bulkOf, headers, seconds)
      return { ...done, count: count * inBulk }
    },
  }
  const all = await measure([limit, single, bulk])
  await Promise.all([bare.stop(), program.stop()])
  return [single, bulk].map((contestant): Figure => {
    const { median } = spreadIn(all, contestant, ({ perSecond }) => perSecond)
    return { ...against(limit, contestant, all, 0), aim: `>= ${aim}/s`, met: median >= aim }
  })
}

/** Makes a token in a store that nobody has opened yet. */
async function makeToken({ DATABASE_URL: url }: Record<string, string>): Promise<string> {
  const database = await openDatabase({ url, dataDir: '', log: { warn() {} } as never })
  const { secret } = await new ProvisioningTokens(database, Date.now).create({ name: 'Bench', days: 1, administrators: false, by: 'bench', byUser: undefined })
  await database.close()
  return secret
}

let made = 0
function person(): object {
  const userName = `import-${process.pid}-${made += 1}`
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], externalId: userName, userName, displayName: `Person ${made}`, active: true, name: { givenName: 'Person', familyName: String(made) },
    emails: [{ value: `${userName}@example.com`, type: 'work', primary: true }],
  }
}

const bulkOf = (): object => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'], Operations: Array.from({ length: inBulk }, (_, at) => ({ method: 'POST', path: '/Users', bulkId: String(at), data: person() })),
})

function posting(url: string, path: string, width: number, make: () => object, headers: Record<string, string>, seconds: number) {
  const request: autocannon.Request = { method: 'POST', path, headers, setupRequest: (one) => ({ ...one, body: JSON.stringify(make()) }) }
  return cannon({ url, connections: width, requests: [request] }, seconds)
}
