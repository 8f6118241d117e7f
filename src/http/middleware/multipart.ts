// Forms that carry a file (RFC 7578), small enough to be read whole: their parts, each with a name.
import { Refusal } from '../../platform/errors.js'

export interface Part {
  name: string
  /** Absent for fields. */
  fileName?: string
  content: Buffer
}

const mostParts = 50
const headEnd = Buffer.from('\r\n\r\n')

/** Parses a body; refuses what is not spelled as browsers spell it. */
export function parseMultipart(body: Buffer, contentType: string): Part[] {
  const [, quoted, plain] = /;\s*boundary=(?:"([^"\r\n]{1,70})"|([\w'()+,./:=?-]{1,70}))/i.exec(contentType) ?? []
  const boundary = quoted ?? plain
  if (!boundary) return refuse()
  const delimiter = Buffer.from(`\r\n--${boundary}`)
  // The first delimiter has no line end before it.
  const whole = Buffer.concat([Buffer.from('\r\n'), body])
  const parts: Part[] = []
  let at = whole.indexOf(delimiter)
  for (;;) {
    if (at < 0) return refuse()
    at += delimiter.length
    if (whole.toString('latin1', at, at + 2) === '--') return parts
    const next = whole.indexOf(delimiter, at)
    if (whole.toString('latin1', at, at + 2) !== '\r\n' || next < 0 || parts.length === mostParts) return refuse()
    parts.push(partOf(whole.subarray(at, next)))
    at = next
  }
}

function partOf(bytes: Buffer): Part {
  const end = bytes.indexOf(headEnd)
  if (end < 0 || end > 4096) return refuse()
  const head = bytes.toString('utf8', 0, end)
  const [, disposition] = /\r\ncontent-disposition:\s*form-data;([^\r\n]*)/i.exec(head) ?? []
  const [, name] = /(?:^|;)\s*name="([^"\r\n]{1,100})"/i.exec(disposition ?? '') ?? []
  const [, fileName] = /;\s*filename="([^"\r\n]{0,1000})"/i.exec(disposition ?? '') ?? []
  if (!name) return refuse()
  return { name, ...(fileName !== undefined && { fileName }), content: bytes.subarray(end + headEnd.length) }
}

function refuse(): never {
  throw new Refusal('invalid-input', 'The form did not arrive as a browser sends it.')
}
