// The demo people's passwords: made at random on the first start, shown once, kept nowhere else.
import { randomInt } from 'node:crypto'

export interface DemoPerson {
  userName: string
  password: string
  /** What the person is good for, in a few words. */
  shows: string
}

const shows: Record<string, string> = {
  jane: 'administrator everywhere',
  amir: 'develops the web shop',
  priya: 'develops the web shop, power user in production',
  tomas: 'edits the catalogue',
  ruth: 'edits and audits the catalogue, uses the application',
  nora: 'first sign-in: must choose a password',
  leo: 'applications only',
  sam: 'nothing but a profile',
}

const words = ['amber', 'birch', 'cedar', 'delta', 'ember', 'fjord', 'grove', 'heron', 'inlet', 'jetty', 'knoll', 'larch', 'maple', 'north', 'ochre', 'plume', 'quill', 'ridge', 'stone', 'thorn', 'umber', 'vault', 'wharf', 'yarrow']

/** Makes the environment that config/demo.yaml refers to. */
export function demoEnvironment(applicationUrl: string): { env: Record<string, string>; people: DemoPerson[] } {
  const people = Object.entries(shows).map(([userName, text]) => ({ userName, password: newPassword(), shows: text }))
  const passwords = people.map(({ userName, password }) => [`DEMO_PASSWORD_${userName.toUpperCase()}`, password])
  return { env: { DEMO_APP_URL: applicationUrl, ...Object.fromEntries(passwords) as Record<string, string> }, people }
}

/** Easy to type, and more than 50 bits: three words, a number and a sign. */
function newPassword(): string {
  const word = (): string => words[randomInt(words.length)]!
  const capital = word()
  return `${capital[0]!.toUpperCase()}${capital.slice(1)}-${word()}-${word()}-${word()}-${randomInt(10_000_000, 100_000_000)}`
}
