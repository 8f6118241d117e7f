// Asks each store in turn, with an end to its patience.
import type { Middleware } from 'koa'

interface Store {
  name: string
  ping(): Promise<void>
}

const patience = 2500

interface Options {
  stores: Store[]
  /** How the streams of the audit trail are: one that fails makes nobody less ready. */
  streams: () => Record<string, string>
  /** Turns readiness off before the process stops listening. */
  isClosing: () => boolean
}

/** Serves the health checks. */
export function operationsDoor({ stores, streams, isClosing }: Options): Middleware {
  return async (ctx, next) => {
    if (ctx.path === '/healthz') {
      ctx.body = { status: 'alive' }
    } else if (ctx.path === '/readyz') {
      const checks = Object.fromEntries(await Promise.all(stores.map(async (store) => [store.name, await answer(store)] as const)))
      const ready = !isClosing() && Object.values(checks).every((check) => check === 'answers')
      ctx.status = ready ? 200 : 503
      const auditStreams = streams()
      ctx.body = { status: ready ? 'ready' : 'not ready', ...(isClosing() && { reason: 'stopping' }), stores: checks, ...(Object.keys(auditStreams).length > 0 && { auditStreams }) }
    } else {
      await next()
    }
  }
}

async function answer(store: Store): Promise<string> {
  const late = new Promise<string>((resolve) => { setTimeout(() => resolve('does not answer'), patience).unref() })
  return Promise.race([store.ping().then(() => 'answers', () => 'does not answer'), late])
}
