// Where letters go: to a mail server, or, where there is none, into a folder as files.
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SendMailOptions } from 'nodemailer'
import type { Letter } from './compose.js'

export interface Post {
  /** Resolves once the letter is accepted for good. */
  send(letter: Letter): Promise<void>
}

/** Each well below the lease, so that no node still talks to the server when another begins. */
const patience = { dnsTimeout: 10_000, connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000 }

const sealedOff = { disableFileAccess: true, disableUrlAccess: true }

/** Sends by SMTP; a connection of its own for each letter. */
export function smtpPost(url: string): Post {
  return {
    async send(letter) {
      const { createTransport } = await import('nodemailer')
      await createTransport({ url, ...patience, ...sealedOff }).sendMail(messageOf(letter))
    },
  }
}

/** Writes each letter as an .eml file, whole or not at all. */
export function folderPost(folder: string): Post {
  return {
    async send(letter) {
      const { createTransport } = await import('nodemailer')
      const { message } = await createTransport({ streamTransport: true, buffer: true, newline: 'unix', ...sealedOff }).sendMail(messageOf(letter))
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const file = join(folder, `${letter.date.toISOString().replaceAll(/[-:.]/g, '')}-${letter.id}.eml`)
      await writeFile(`${file}.part`, message as Buffer, { mode: 0o600 })
      await rename(`${file}.part`, file)
    },
  }
}

const messageOf = ({ messageId, date, from, to, subject, text, html }: Letter): SendMailOptions => ({
  messageId, date, from, subject, text, html,
  to: { name: '', address: to },
  envelope: { from: from.address, to: [to] },
  // Nobody's absence note answers a machine (RFC 3834).
  headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
  textEncoding: 'quoted-printable',
})
