// What a person does with an authenticator app, and what stands in the mails they get.
import { execFileSync } from 'node:child_process'
import { generateSync } from 'otplib'
import { password, type TestApp } from './app.js'
import { getProgram } from './binaries.js'
import type { Browser } from './browser.js'

/** The code of an authenticator app at an instant. */
export const appCode = (secret: string, now: number): string => generateSync({ secret, epoch: Math.floor(now / 1000) })

/** The same by oathtool. */
export const oathCode = (secret: string, now: number): string =>
  execFileSync(getProgram('oathtool'), ['--totp', '--base32', '--now', new Date(now).toISOString().replace('T', ' ').replace('Z', ' UTC').replace(/\.\d+/, ''), secret], { encoding: 'utf8' }).trim()

/** An organization whose people are asked for second factors. */
export const withMfa = (file: string, mfa: string): string => file.replace(/organization: \{ /, `organization: { mfa: ${mfa}, `)

/** Goes as far as the password leads. */
export async function afterPassword(browser: Browser, userName: string, start = '/start/'): Promise<Browser> {
  await browser.signIn(userName, password, start)
  return browser
}

/** The secret on the page that sets up an app. */
export const secretOn = (browser: Browser): string => /id="secret"[^>]*>([^<]+)</.exec(browser.page.html)![1]!.replaceAll(' ', '')

/** The codes on the page that shows them. */
export const codesOn = (browser: Browser): string[] => [...browser.page.html.matchAll(/[A-Z2-7]{4}-[A-Z2-7]{4}-[A-Z2-7]{4}/g)].map(([code]) => code)

/** Sets up an app and recovery codes in the middle of a sign-in, up to the portal. */
export async function enrollApp(browser: Browser, userName: string, now: () => number): Promise<{ secret: string; recoveryCodes: string[] }> {
  await afterPassword(browser, userName)
  const secret = secretOn(browser)
  await browser.submit({ code: appCode(secret, now()), name: 'My phone' })
  await browser.submit()
  const recoveryCodes = codesOn(browser)
  await browser.submit({ kept: 'on' })
  return { secret, recoveryCodes }
}

/** Catches what is queued to be mailed. */
export function catchMails({ app }: Pick<TestApp, 'app'>): { to: string; template: string; model: Record<string, unknown> }[] {
  const mails: { to: string; template: string; model: Record<string, unknown> }[] = []
  const queue = app.mail.queue.bind(app.mail)
  app.mail.queue = async (executor, one) => {
    mails.push(one as never)
    return queue(executor, one)
  }
  return mails
}
