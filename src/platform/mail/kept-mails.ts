// Reads back the letters that were written into the folder, for whoever tries Gatehouse without a mail server.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

export interface KeptMail {
  id: string
  from: string
  to: string
  subject: string
  date: string
  text: string
  html: string
}

const most = 100
const fileName = /^\d{8}T\d{9}Z-([0-9a-f-]{36})\.eml$/

export class KeptMails {
  constructor(private readonly folder: string) {}

  /** Lists the newest letters, newest first. */
  async list(): Promise<KeptMail[]> {
    return Promise.all((await this.#files()).slice(0, most).map((file) => this.#read(file)))
  }

  async find(id: string): Promise<KeptMail | undefined> {
    const file = (await this.#files()).find((name) => fileName.exec(name)?.[1] === id)
    return file === undefined ? undefined : this.#read(file)
  }

  async #files(): Promise<string[]> {
    const names = await readdir(this.folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return []
      throw error
    })
    return names.filter((name) => fileName.test(name)).toSorted().toReversed()
  }

  async #read(file: string): Promise<KeptMail> {
    return { id: fileName.exec(file)![1]!, ...parseLetter(await readFile(join(this.folder, file), 'utf8')) }
  }
}

/** Takes apart a letter of ours: headers, and one part each of text and HTML. It is no reader for other people's mail. */
export function parseLetter(source: string): Omit<KeptMail, 'id'> {
  const [head = '', body = ''] = split(source)
  const headers = headersOf(head)
  const boundary = /boundary="?([^";]+)/.exec(headers.get('content-type') ?? '')?.[1] ?? ''
  const parts = new Map(body.split(`--${boundary}`).slice(1, -1).map((part) => {
    const [partHead = '', content = ''] = split(part.replace(/^\n/, ''))
    const partHeaders = headersOf(partHead)
    const encoding = partHeaders.get('content-transfer-encoding') ?? ''
    return [/^[\w/]+/.exec(partHeaders.get('content-type') ?? '')?.[0], encoding === 'quoted-printable' ? unquoted(content) : encoding === 'base64' ? Buffer.from(content, 'base64').toString('utf8') : content]
  }))
  const header = (name: string): string => decoded(headers.get(name) ?? '')
  return { from: header('from'), to: header('to'), subject: header('subject'), date: header('date'), text: parts.get('text/plain') ?? '', html: parts.get('text/html') ?? '' }
}

function split(text: string): string[] {
  const end = text.indexOf('\n\n')
  return end < 0 ? [text] : [text.slice(0, end), text.slice(end + 2)]
}

const headersOf = (head: string): Map<string, string> => new Map(head.replace(/\n[ \t]+/g, ' ').split('\n').map((line) => {
  const colon = line.indexOf(':')
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
}))

/** Quoted-printable (RFC 2045 section 6.7), read as UTF-8. */
const unquoted = (text: string): string => bytesOf(text.replace(/=\n/g, ''))

const bytesOf = (text: string): string => Buffer.from(text.replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16))), 'latin1').toString('utf8')

/** Encoded words (RFC 2047), in UTF-8. */
const decoded = (text: string): string => text.replace(/\?=\s+=\?/g, '?==?').replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, form: string, word: string) =>
  (form.toLowerCase() === 'b' ? Buffer.from(word, 'base64').toString('utf8') : bytesOf(word.replaceAll('_', ' '))))
