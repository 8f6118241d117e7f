// Start: read settings, open the stores, build the app, listen. Stop: drain, close in reverse.
import { createServer, type Server } from 'node:http'
import type { Socket } from 'node:net'
import { buildApp, type App } from './app.js'
import type { Settings } from './platform/config.js'
import { systemClock } from './platform/clock.js'
import type { Log } from './platform/log.js'
import { openDatabase, type Database } from './platform/storage/database.js'
import { TableEphemeralStore } from './platform/storage/ephemeral-table.js'
import type { EphemeralStore } from './platform/storage/ephemeral.js'

export interface Stores {
  database: Database
  store: EphemeralStore
  close(): Promise<void>
}

const cachedEntries = 20_000

/** Opens the database and the ephemeral store that the settings name. */
export async function openStores({ config, secrets }: Settings, log: Log): Promise<Stores> {
  const database = await openDatabase({ url: secrets.databaseUrl, dataDir: config.dataDir, poolSize: config.databasePool, log })
  const store = secrets.redisUrl
    ? await openRedisStore(secrets.redisUrl, log)
    : new TableEphemeralStore(database, { clock: systemClock, log, ...(database.kind === 'embedded' && { cache: cachedEntries }) })
  return {
    database,
    store,
    close: async () => {
      await store.close()
      await database.close()
    },
  }
}

/** The library of Redis is loaded only where there is one. */
async function openRedisStore(url: string, log: Log): Promise<EphemeralStore> {
  const [{ openRedis }, { RedisEphemeralStore }] = await Promise.all([import('./platform/storage/redis.js'), import('./platform/storage/ephemeral-redis.js')])
  return new RedisEphemeralStore(await openRedis(url, log), systemClock)
}

export interface Running {
  app: App
  stores: Stores
  /** The port that is listened on. */
  port: number
  /** Answers what is under way, refuses the rest, closes the stores. */
  stop(): Promise<void>
}

const drainPatience = 10_000

/** Starts serving on stores that are open. The port is taken first; nobody is answered before `prepare` is done. */
export async function serve(settings: Settings, stores: Stores, log: Log, prepare?: (app: App) => Promise<void>): Promise<Running> {
  const app = await buildApp({ settings, ...stores, log })
  let open = (): void => undefined
  const prepared = new Promise<void>((resolve) => { open = resolve })
  const server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000, keepAliveTimeout: 65_000, maxHeaderSize: 16_384 },
    (request, response) => void prepared.then(() => app.handle(request, response)))
  const { port, listenAddress, metricsPort, metricsAddress } = settings.config
  const monitors = metricsPort === undefined ? undefined : createServer({ requestTimeout: 10_000, headersTimeout: 5000 }, app.metrics())
  const sockets = trackSockets(server)
  try {
    await listen(server, port, listenAddress)
    if (monitors) await listen(monitors, metricsPort!, metricsAddress)
    await prepare?.(app)
  } catch (error) {
    server.close()
    monitors?.close()
    for (const socket of sockets) socket.destroy()
    await app.close()
    throw error
  }
  open()
  return {
    app,
    stores,
    port: (server.address() as { port: number }).port,
    stop: async () => {
      app.beginClosing()
      await drain(server, sockets)
      monitors?.close()
      monitors?.closeAllConnections()
      await app.close()
      await stores.close()
    },
  }
}

function listen(server: Server, port: number, host: string | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host }, resolve)
  })
}

/** Lets requests finish; what has not by then is cut off. */
async function drain(server: Server, sockets: Set<Socket>): Promise<void> {
  const closed = new Promise<void>((resolve) => { server.close(() => resolve()) })
  server.closeIdleConnections()
  const late = setTimeout(() => { for (const socket of sockets) socket.destroy() }, drainPatience)
  await closed
  clearTimeout(late)
}

function trackSockets(server: Server): Set<Socket> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  return sockets
}
