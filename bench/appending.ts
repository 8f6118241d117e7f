// A program that records events as nodes do that share a database: `/?writers=2&seconds=2&waiting=20` answers how many went into
// the trail with so many at once in each node, with `bare` how many rows went into a table with the same columns and indexes
// by the same statements without a chain.
import { createServer } from 'node:http'
import { systemClock } from '../src/platform/clock.js'
import { Trail } from '../src/platform/audit/index.js'
import { openLog } from '../src/platform/log.js'
import { openDatabase, type Database } from '../src/platform/storage/database.js'

const most = 4

const identity = { type: 'AssumedRole', principalId: 'AROAEXAMPLE:jane', arn: 'arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_ReadOnly_0123456789abcdef/jane', accountId: '111122223333' }

const event = (index: number) => ({
  eventName: 'CreateAccountAssignment', eventSource: 'sso.amazonaws.com', eventType: 'AwsApiCall' as const, accountId: '111122223333', accessKeyId: `ASIAEXAMPLE${index % 100}`, userIdentity: identity, sessionId: `session-${index % 1000}`,
  origin: { requestId: `request-${index}`, sourceIPAddress: `203.0.113.${index % 250}`, userAgent: 'aws-cli/2.30.0 md/awscrt#0.27.6 ua/2.1 os/linux#6.8 md/arch#x86_64 lang/python#3.13.7' },
  requestParameters: { instanceArn: 'arn:aws:sso:::instance/ssoins-0123456789abcdef', targetId: '444455556666', targetType: 'AWS_ACCOUNT', permissionSetArn: 'arn:aws:sso:::permissionSet/ssoins-0123456789abcdef/ps-0123456789abcdef', principalType: 'USER', principalId: 'f81d4fae-7dec-11d0-a765-00a0c91e6bf6' },
})

/** The same statement, with nothing that joins one event to the next. */
const bareInsert = `insert into bare_events (position, event_id, event_time, event_name, event_source, user_id, account_id, access_key_id, outcome, event)
  select nextval('bare_positions'), event_id, event_time, event_name, event_source, user_id, account_id, access_key_id, outcome, event
  from jsonb_to_recordset($1::jsonb) as r (event_id uuid, event_time timestamptz, event_name text, event_source text, user_id uuid, account_id text, access_key_id text, outcome text, event jsonb)`

const bareTrail = (database: Database): Trail => new Trail({
  ...surroundings, sql: { query: (sql, parameters) => database.query(sql.startsWith('select append_audit_events') ? bareInsert : sql, parameters?.slice(0, 1)) },
})

const surroundings = { clock: systemClock, region: 'eu-central-1', ownerAccountId: () => '111122223333' }

async function record(trails: readonly Trail[], waiting: number, seconds: number): Promise<{ count: number; seconds: number }> {
  const started = performance.now()
  const elapsed = (): number => (performance.now() - started) / 1000
  let count = 0
  const one = async (trail: Trail): Promise<void> => {
    while (elapsed() < seconds) await trail.record(event(count += 1))
  }
  await Promise.all(trails.flatMap((trail) => Array.from({ length: waiting }, () => one(trail))))
  return { count, seconds: elapsed() }
}

const log = openLog('error')
// A pool each: what one node waits for is not waited for by another.
const databases = await Promise.all(Array.from({ length: most }, () => openDatabase({ url: process.env.DATABASE_URL, dataDir: '', poolSize: 2, log })))
await databases[0]!.query('create table if not exists bare_events (like audit_events including indexes)')
await databases[0]!.query('create sequence if not exists bare_positions')

createServer(async (request, response) => {
  const query = new URL(request.url ?? '/', 'http://localhost').searchParams
  const used = databases.slice(0, Number(query.get('writers') ?? 1))
  const trails = used.map((database) => (query.has('bare') ? bareTrail(database) : new Trail({ ...surroundings, sql: database })))
  try {
    response.end(JSON.stringify(await record(trails, Number(query.get('waiting') ?? 500), Number(query.get('seconds') ?? 0))))
  } catch (error) {
    response.writeHead(500).end(String(error))
  }
}).listen(Number(process.env.PORT))
