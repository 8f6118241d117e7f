// Asks each store in turn, with an end to its patience.
import type { Middleware } from 'koa'

interface Store {
  name: string
  ping(): Promise<void>
}

const patience = 2500

/** Serves the health checks. `isClosing` turns readiness off before the process stops listening. */
export function operationsDoor({ stores, isClosing }: { stores: Store[]; isClosing: () => boolean }): Middleware {
  return async (ctx, next) => {
    if (ctx.path === '/healthz') {
      ctx.body = { status: 'alive' }
    } else if (ctx.path === '/readyz') {
      const checks = Object.fromEntries(await Promise.all(stores.map(async (store) => [store.name, await answer(store)] as const)))
      const ready = !isClosing() && Object.values(checks).every((check) => check === 'answers')
      ctx.status = ready ? 200 : 503
      ctx.body = { status: ready ? 'ready' : 'not ready', ...(isClosing() && { reason: 'stopping' }), stores: checks }
    } else {
      await next()
    }
  }
}

async function answer(store: Store): Promise<string> {
  const late = new Promise<string>((resolve) => { setTimeout(() => resolve('does not answer'), patience).unref() })
  return Promise.race([store.ping().then(() => 'answers', () => 'does not answer'), late])
}
