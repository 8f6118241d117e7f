// Opens the connection to Redis with settings that survive faults: a server that is gone or frozen
// costs a caller a second at most, and the connection comes back by itself.
import { Cluster, Redis, type RedisOptions } from 'ioredis'
import type { Log } from '../log.js'

export type RedisConnection = Redis | Cluster

const settings = {
  enableOfflineQueue: false,
  // None: a step whose answer was lost may have happened, and must not happen twice.
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
  commandTimeout: 1_000,
  connectTimeout: 1_000,
  // A host that vanished without a word sends nothing any more, not even the end of the connection.
  socketTimeout: 5_000,
  retryStrategy: (attempt: number) => Math.min(attempt * 50, 500),
  // After a failover the old primary refuses writes: find the new one.
  reconnectOnError: (error: Error) => error.message.startsWith('READONLY'),
} satisfies RedisOptions

interface Address {
  scheme: string
  username?: string
  password?: string
  hosts: { host: string; port: number }[]
  path: string[]
}

// The URL class refuses a list of hosts, so this reads `scheme://user:password@host:port,host:port/path`.
function readAddress(url: string): Address {
  const match = /^([a-z+]+):\/\/(?:([^:@/]*)(?::([^@/]*))?@)?([^/?]+)(?:\/([^?]*))?$/.exec(url)
  if (!match) throw new TypeError('the address of Redis is not understood')
  const [, scheme = '', username, password, hosts = '', path = ''] = match
  return {
    scheme,
    ...(username ? { username: decodeURIComponent(username) } : {}),
    ...(password ? { password: decodeURIComponent(password) } : {}),
    hosts: hosts.split(',').map(host => {
      const [, name = host, port] = /^\[?(.*?)\]?(?::(\d+))?$/.exec(host) ?? []
      return { host: name, port: Number(port ?? (scheme.includes('sentinel') ? 26_379 : 6_379)) }
    }),
    path: path.split('/').filter(Boolean),
  }
}

function connect(url: string): RedisConnection {
  const { scheme, hosts, path, ...login } = readAddress(url)
  const secure = scheme.startsWith('rediss') ? { tls: {} } : {}
  switch (scheme) {
    case 'redis':
    case 'rediss':
      return new Redis({ ...settings, ...login, ...secure, ...hosts[0], db: Number(path[0] ?? 0) })
    case 'redis+sentinel':
    case 'rediss+sentinel':
      return new Redis({ ...settings, ...login, ...secure, sentinels: hosts, name: path[0] ?? 'mymaster', db: Number(path[1] ?? 0), sentinelRetryStrategy: settings.retryStrategy })
    case 'redis+cluster':
    case 'rediss+cluster':
      return new Cluster(hosts, {
        enableOfflineQueue: false,
        clusterRetryStrategy: settings.retryStrategy,
        slotsRefreshTimeout: 1_000,
        redisOptions: { ...settings, ...login, ...secure },
      })
    default:
      throw new TypeError('the address of Redis begins with redis:// or rediss://, or names +sentinel or +cluster')
  }
}

/**
 * Connects to Redis at `redis://host:6379/0`, `redis+sentinel://host,host/name/0` or `redis+cluster://host,host`
 * (`rediss` for TLS). Resolves once it answers, or after 3 seconds in which it did not: it then goes on trying.
 */
export async function openRedis(url: string, log: Log): Promise<RedisConnection> {
  const redis = connect(url)
  let down = false
  redis.on('error', (error: Error) => {
    // One line an outage, not one an attempt.
    if (!down) log.warn({ error: error.message }, 'redis does not answer')
    down = true
  })
  redis.on('ready', () => {
    if (down) log.info('redis answers again')
    down = false
  })
  await new Promise<void>(resolve => {
    const timer = setTimeout(resolve, 3_000)
    redis.once('ready', () => {
      clearTimeout(timer)
      resolve()
    })
  })
  return redis
}
