import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { quotedUrl, spelledAccountId, spelledDuration, timeElement } from '../../../src/platform/templates/helpers.js'
import { openTemplates } from '../../../src/platform/templates/index.js'

let views: string

beforeEach(async () => { views = await mkdtemp(join(tmpdir(), 'gatehouse-templates-')) })
afterEach(async () => { await rm(views, { recursive: true }) })

async function opened(files: Record<string, string>, assets: Record<string, string> = {}): Promise<ReturnType<typeof openTemplates>> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(views, name)), { recursive: true })
    await writeFile(join(views, name), text)
  }
  return openTemplates({ views, assets })
}

test('renders a view in its layout with partials', async () => {
  const templates = await opened({
    'layouts/page.hbs': '<title>{{title}}</title>{{> @partial-block}}',
    'partials/greeting.hbs': 'Hello {{name}}',
    'door/page.hbs': '{{#> layouts/page title="Home"}}{{> greeting}}!{{/layouts/page}}',
  })
  expect(templates.render('door/page', { name: 'Jane' })).toBe('<title>Home</title>Hello Jane!')
})

test('escapes what a model says', async () => {
  const templates = await opened({ 'a.hbs': '<p title="{{text}}">{{text}}</p>' })
  expect(templates.render('a', { text: '"><script>' })).not.toContain('<script>')
})

test('throws where a printed field is missing, and lets a condition ask for one', async () => {
  const templates = await opened({ 'a.hbs': '{{#if maybe}}yes{{/if}}{{surely}}' })
  expect(() => templates.render('a', {})).toThrow(/surely/)
  expect(templates.render('a', { surely: 1 })).toBe('1')
})

test('reads own properties only', async () => {
  const templates = await opened({ 'a.hbs': '{{#if constructor}}reached{{/if}}{{#if inherited}}reached{{/if}}' })
  expect(templates.render('a', Object.create({ inherited: 'value' }) as object)).toBe('')
})

test('refuses to open a template that does not parse or calls an unknown helper with arguments', async () => {
  await expect(opened({ 'a.hbs': '{{#if}' })).rejects.toThrow(/Parse error/)
  await expect(opened({ 'a.hbs': '{{unknown "x"}}' })).rejects.toThrow(/unknown/)
})

test('names a view or an asset that is not there', async () => {
  const templates = await opened({ 'a.hbs': '{{asset "gatehouse.css"}}', 'b.hbs': '{{asset "other.css"}}' }, { 'gatehouse.css': 'gatehouse-0f.css' })
  expect(templates.render('a', {})).toBe('/assets/gatehouse-0f.css')
  expect(() => templates.render('b', {})).toThrow('There is no asset other.css')
  expect(() => templates.render('c', {})).toThrow('There is no view c')
})

test('spells account ids, durations and times for people', () => {
  expect(spelledAccountId('111122223333')).toBe('1111-2222-3333')
  expect([1, 40, 89.2, 90, 600, 3600, 8 * 3600].map(spelledDuration)).toEqual(['1 second', '40 seconds', '90 seconds', '2 minutes', '10 minutes', '1 hour', '8 hours'])
  expect(timeElement('2026-11-21T14:32:05.000Z')).toBe('<time datetime="2026-11-21T14:32:05.000Z">21 Nov 2026, 14:32 UTC</time>')
  expect(() => timeElement('soon')).toThrow(RangeError)
})

test('keeps any URL inside its quotes', () => {
  fc.assert(fc.property(fc.string(), (url) => {
    expect(quotedUrl(url)).not.toMatch(/["<>]/)
  }))
})
