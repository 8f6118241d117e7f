// Writes every view with its sample models, and the assets, into a folder (argument, or a temporary one), to look at.
// With --shots it also takes pictures in Chromium: wide and narrow, light and dark. Needs a build.
import { existsSync } from 'node:fs'
import { mkdtemp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { buildAssets } from './build-assets.js'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const contentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
const types = { css: 'text/css', js: 'text/javascript', svg: 'image/svg+xml', html: 'text/html; charset=utf-8' }

const files = (await readdir(join(root, 'test/views'))).filter((name) => name.endsWith('samples.ts'))
const { outputFiles } = await build({
  stdin: { contents: `export const samples = [${files.map((_, n) => `...s${n}`).join(', ')}]\n${files.map((name, n) => `import { samples as s${n} } from './${name}'`).join('\n')}`, resolveDir: join(root, 'test/views') },
  bundle: true, write: false, format: 'esm', target: 'es2022', logLevel: 'error',
})
const { samples } = await import(`data:text/javascript;charset=utf-8,${encodeURIComponent(outputFiles[0].text)}`)
const { openTemplates } = await import(join(root, 'dist/src/platform/templates/index.js'))

const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('--'))
const out = wanted[0] ?? (await mkdtemp(join(tmpdir(), 'gatehouse-preview-')))
await mkdir(join(out, 'assets'), { recursive: true })
const templates = await openTemplates({ views: join(root, 'views'), assets: await buildAssets({ out: join(out, 'assets') }) })
for (const { name, view, model } of samples) await writeFile(join(out, `${name}.html`), templates.render(view, model))
await writeFile(join(out, 'index.html'), `<!doctype html><title>Views</title><ul>${samples.map(({ name }) => `<li><a href="/${name}.html">${name}</a>`).join('')}</ul>`)
console.log(`${samples.length} pages in ${out}`)

const server = createServer(async (request, response) => {
  const path = new URL(request.url, 'http://localhost').pathname
  const file = path === '/' ? '/index.html' : path
  try {
    const body = await readFile(join(out, file.replaceAll('..', '')))
    response.writeHead(200, { 'content-type': types[file.split('.').at(-1)], 'content-security-policy': contentSecurityPolicy }).end(body)
  } catch {
    response.writeHead(404).end()
  }
})
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', async () => {
  const origin = `http://127.0.0.1:${server.address().port}`
  if (process.argv.includes('--shots')) await takePictures(origin, wanted[1])
  else if (process.argv.includes('--serve')) return console.log(origin)
  server.close()
})

async function takePictures(origin, only) {
  const { chromium } = await import('playwright-core')
  const browser = await chromium.launch({ executablePath: ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'].find((path) => existsSync(path)), args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] })
  for (const [width, colorScheme] of [[1280, 'light'], [390, 'dark'], [390, 'light'], [1280, 'dark'], [320, 'light']]) {
    const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme, timezoneId: 'Europe/Vienna' })
    const page = await context.newPage()
    page.on('console', (message) => console.log(message.type(), message.text()))
    for (const { name } of samples.filter((sample) => !only || sample.name.startsWith(only))) {
      await page.goto(`${origin}/${name}.html`)
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
      if (overflow > 0) console.log(`${name} at ${width}: ${overflow} pixels too wide`)
      await page.screenshot({ path: join(out, `${name}-${width}-${colorScheme}.png`), fullPage: true })
    }
    await context.close()
  }
  await browser.close()
}
