// One line for each request: what was asked (never the query, which may hold codes), by whom, and how it ended.
import type { Middleware } from 'koa'
import { capped, type Log } from '../../platform/log.js'
import { originOf } from './front.js'

export function requestLog(log: Log): Middleware {
  return async (ctx, next) => {
    const started = performance.now()
    try {
      await next()
    } finally {
      const origin = originOf(ctx)
      log.info({
        requestId: origin?.requestId,
        method: ctx.method,
        path: capped(ctx.path.replace(/^\/(signin|consent|setup|reset-password|invitation|not-me|dev\/mail)\/[^/]+/i, '/$1/…')),
        status: ctx.status,
        milliseconds: Math.floor(performance.now() - started),
        address: origin?.sourceIPAddress,
      }, 'request')
    }
  }
}
