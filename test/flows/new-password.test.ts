// The page where a new password is chosen: what it refuses and how it says so.
import { startApp, type TestApp } from '../support/app.js'
import { Browser } from '../support/browser.js'

let home: TestApp
beforeAll(async () => { home = await startApp() })
afterAll(async () => { await home?.stop() })

const unmet = (html: string): string[] => [...html.matchAll(/class="unmet">([^<]+)/g)].map(([, text]) => text!)

test('a leaked one, the one that was given and one without every kind are refused, each by its rule; another signs in', async () => {
  const nora = new Browser(home.origin)
  await nora.signIn('nora', 'Only-once-42')
  expect(nora.page.url).toContain('/new-password')
  for (const [password, rules] of [
    ['Password1!', ['Not known from a leak, nor only a disguise of one that is']],
    ['Only-once-42', ['None of your last 3 passwords']],
    ['Nora-is-here-7', ['None of your own names']],
    ['only-once-43', ['An upper-case letter']],
  ] as const) {
    const page = await nora.submit({ password, repeated: password })
    expect(page.status).toBe(422)
    expect(unmet(page.html)).toEqual(rules)
    expect(page.html).not.toContain(password)
  }
  expect((await nora.submit({ password: 'Quiet-harbour-9', repeated: 'Quiet-harbour-9' })).url).toBe(`${home.origin}/start/`)
})
