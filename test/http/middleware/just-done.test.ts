// What was done is said once, to the browser whose form did it.
import { randomBytes } from 'node:crypto'
import type { Context } from 'koa'
import { hearDone, tellDone } from '../../../src/http/middleware/just-done.js'

const browser = { secret: 'a browser’s', key: randomBytes(32), secure: true }
const kept = new Map<string, string>()
beforeEach(() => { kept.clear() })

function visit(address: string, location?: string): Context & { querystring: string } {
  const { pathname, searchParams } = new URL(address, 'http://here')
  const cookies = { get: (name: string) => kept.get(name), set: (name: string, value: string | null) => (value === null ? kept.delete(name) : kept.set(name, value)) }
  return { path: pathname, query: Object.fromEntries(searchParams), querystring: searchParams.toString(), cookies, response: { headers: { ...(location !== undefined && { location }) } } } as never
}
const heard = (address: string, who = browser): string => {
  const ctx = visit(address)
  hearDone(ctx, who)
  return ctx.querystring
}
const told = (from: string, to: string | undefined): void => tellDone(visit(from, to), browser)

test('it is heard where the form led to, once', () => {
  told('/admin/users/1/edit', '/admin/users/1?done=edit')
  expect(heard('/admin/users/1?done=edit&q=x')).toBe('done=edit&q=x')
  expect(heard('/admin/users/1?done=edit&q=x')).toBe('q=x')
})

test.each([
  ['/admin/users/2?done=edit'], ['/admin/users/1?done=delete'], ['/admin/users?done=edit'],
])('another address says nothing: %s', (address) => {
  told('/admin/users/1/edit', '/admin/users/1?done=edit')
  expect(heard(address)).toBe('')
})

test('another browser hears nothing of it', () => {
  told('/admin/users/1/edit', '/admin/users/1?done=edit')
  expect(heard('/admin/users/1?done=edit', { ...browser, secret: 'another' })).toBe('')
})

test.each([
  ['/console/prove', '/console/settings?done=email'], ['/console/sign-in/root', '/admin/users?done=delete'], ['/admin/users/1', 'https://elsewhere.example/admin/users?done=delete'], ['/admin/users/1', '/admin/users/1'], ['/admin/users/1', undefined],
])('a form that leads elsewhere, or did nothing, is not kept: %s to %s', (from, to) => {
  told(from, to)
  expect(kept.size).toBe(0)
})
