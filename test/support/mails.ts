// The letters of an app without a mail server, as its folder has them.
import { join } from 'node:path'
import { KeptMails, type KeptMail } from '../../src/platform/mail/index.js'
import type { TestApp } from './app.js'
import { eventually } from './servers.js'

/** Waits for the newest letter to an address about something. */
export async function letterTo(app: TestApp, to: string, subject: RegExp, count = 1): Promise<KeptMail> {
  let found: KeptMail[] = []
  await eventually(async () => {
    found = (await lettersTo(app, to)).filter((mail) => subject.test(mail.subject))
    return found.length >= count
  })
  return found[0]!
}

/** Every letter to an address, newest first. */
export async function lettersTo({ settings }: TestApp, to: string): Promise<KeptMail[]> {
  return (await new KeptMails(join(settings.config.dataDir, 'mail')).list()).filter((mail) => mail.to === to)
}

/** The path of the link in a letter that begins like this. */
export function linkIn({ text }: KeptMail, begin: string): string {
  const found = new RegExp(`https?://[^/\\s]+(${begin}\\S+)`).exec(text)?.[1]
  if (!found) throw new Error(`no link to ${begin} in:\n${text}`)
  return found
}
