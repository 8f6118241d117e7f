// Serves the built assets from memory. Their names carry their content's hash, so a browser keeps
// them for ever and never asks again.
import { readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import type { Context, Middleware } from 'koa'
import { inPackage } from '../../platform/root.js'

interface Asset {
  type: string
  bodies: Record<Encoding, Buffer>
}

type Encoding = 'br' | 'gzip' | 'identity'

const types: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
}

const forever = 'public, max-age=31536000, immutable'
const forADay = 'public, max-age=86400'

/** Answers `/assets/<hashed name>` and `/favicon.ico`, and passes everything else on. */
export function assets(folder = inPackage('dist', 'assets')): Middleware {
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as Record<string, string>
  const served = new Map(Object.values(manifest).map((name) => [`/assets/${name}`, readAsset(folder, name)]))
  const favicon = served.get(`/assets/${manifest['favicon.svg']}`)

  return async (ctx, next) => {
    if (ctx.path === '/favicon.ico' && favicon) return answer(ctx, favicon, forADay)
    if (!ctx.path.startsWith('/assets/')) return next()
    const asset = served.get(ctx.path)
    if (asset) return answer(ctx, asset, forever)
    ctx.status = 404
    ctx.set({ 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' })
    ctx.body = 'There is no such file.\n'
  }
}

function readAsset(folder: string, name: string): Asset {
  const present = new Set(readdirSync(folder))
  const plain = readFileSync(join(folder, name))
  const twin = (suffix: string): Buffer => (present.has(name + suffix) ? readFileSync(join(folder, name + suffix)) : plain)
  return {
    type: types[extname(name)] ?? 'application/octet-stream',
    bodies: { br: twin('.br'), gzip: twin('.gz'), identity: plain },
  }
}

function answer(ctx: Context, asset: Asset, cacheControl: string): void {
  if (ctx.method !== 'GET' && ctx.method !== 'HEAD') {
    ctx.status = 405
    ctx.set('Allow', 'GET, HEAD')
    return
  }
  const encoding = chosenEncoding(ctx, asset)
  ctx.status = 200
  ctx.set({ 'Content-Type': asset.type, 'Cache-Control': cacheControl, 'X-Content-Type-Options': 'nosniff' })
  ctx.vary('Accept-Encoding')
  if (encoding !== 'identity') ctx.set('Content-Encoding', encoding)
  ctx.body = asset.bodies[encoding]
}

function chosenEncoding(ctx: Context, asset: Asset): Encoding {
  // Browsers name br last among equals; it is the smallest, so it goes first.
  const wanted = ctx.acceptsEncodings('br') ? 'br' : ctx.acceptsEncodings('gzip') ? 'gzip' : 'identity'
  return asset.bodies[wanted] === asset.bodies.identity ? 'identity' : wanted
}
