// Every letter, as HTML and as text: whole, within its width, legible by day and by night.
import type { Browser } from 'playwright-core'
import { subjects } from '../../src/platform/mail/letters.js'
import { inPackage } from '../../src/platform/root.js'
import { openTemplates, type Templates } from '../../src/platform/templates/index.js'
import { axeScript, findings } from '../support/axe.js'
import { findProgram } from '../support/binaries.js'
import { startChromium } from '../support/chromium.js'
import { needs } from '../support/needs.js'
import { letters } from './letters.js'

let templates: Templates
beforeAll(async () => { templates = await openTemplates({ views: inPackage('views'), assets: {} }) })

test('there is a model for every letter', () => {
  expect(Object.keys(letters).toSorted()).toEqual(Object.keys(subjects).toSorted())
})

test.each(Object.entries(letters))('%s says the same in HTML and in text, and loads nothing', (name, model) => {
  const [html, text] = [templates.render(`mail/${name}`, model), templates.render(`mail/${name}-text`, model)]
  for (const key of ['link', 'notMe', 'code', 'factor', 'place', 'browser'] as const) {
    if (typeof model[key] !== 'string') continue
    expect(html).toContain(model[key])
    expect(text).toContain(model[key])
  }
  expect(html).not.toMatch(/<script|<img|<link|\sstyle=|url\(|@import/i)
  expect(text).not.toMatch(/<\w|&\w+;/)
  expect(text.trim().split('\n').every((line) => line.length <= 90)).toBe(true)
  expect(text).not.toMatch(/\n{4,}/)
})

test('text is not escaped for HTML, and HTML is', () => {
  const model = { ...letters.invitation, displayName: 'Ann & <Bob>' }
  expect(templates.render('mail/invitation-text', model)).toContain('Ann & <Bob>')
  expect(templates.render('mail/invitation', model)).toContain('Ann &amp; &lt;Bob&gt;')
})

needs('chromium').describe('in a browser', () => {
  let browser: Browser | undefined
  beforeAll(async () => { if (findProgram('chromium')) browser = await startChromium() })
  afterAll(async () => { await browser?.close() })

  test.each(Object.entries(letters))('%s is accessible and fits 320 pixels', async (name, model) => {
    const axe = await axeScript()
    const page = await browser!.newPage({ viewport: { width: 320, height: 700 } })
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      await page.setContent(templates.render(`mail/${name}`, model))
      await page.evaluate(axe)
      expect(await findings(page, '{ rules: { region: { enabled: false }, "landmark-one-main": { enabled: false } } }')).toEqual([])
      expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBeLessThanOrEqual(0)
    }
    await page.close()
  })
})
