// The picture of an application: a file beside the organization file, or a data: address as export writes
// it. What it is, is told by its content; it is kept as a data: address, which runs nothing inside an <img>.
import { z } from 'zod'
import type { Outside } from './secrets.js'

const mostBytes = 64 * 1024
const written = /^data:image\/(?:svg\+xml|png|webp);base64,([A-Za-z0-9+/]+={0,2})$/

/** A picture of at most 64 kB, resolved to a data: address. */
export function icon(outside: Outside) {
  return z.string().min(1, 'must not be empty').transform((text, ctx) => {
    const address = text.startsWith('data:') ? fromAddress(text) : fromFile(text, outside)
    if (address.fault !== undefined) ctx.addIssue({ code: 'custom', message: address.fault })
    return address.uri ?? ''
  })
}

type Found = { uri: string; fault?: undefined } | { uri?: undefined; fault: string }

function fromAddress(text: string): Found {
  const encoded = written.exec(text)?.[1]
  return encoded ? fromBytes(Buffer.from(encoded, 'base64')) : { fault: 'must be the path of a file, or data:image/…;base64,…' }
}

function fromFile(path: string, { readFile }: Outside): Found {
  try {
    return fromBytes(Buffer.from(readFile(path)), path)
  } catch {
    return { fault: `is in the file ${path}, which cannot be read` }
  }
}

/** `path` is the file that it was read from. */
function fromBytes(bytes: Buffer, path?: string): Found {
  if (bytes.length > mostBytes) return { fault: `is larger than 64 kB (${path ?? 'it'} has ${Math.ceil(bytes.length / 1024)} kB)` }
  const type = typeOf(bytes)
  return type ? { uri: `data:${type};base64,${bytes.toString('base64')}` } : { fault: `must be an SVG, PNG or WebP picture${path === undefined ? '' : ` (${path} is none)`}` }
}

const pngSignature = Buffer.from('89504e470d0a1a0a', 'hex')
// An SVG may begin with a byte order mark, an XML declaration, comments and a document type.
const svgBeginning = /^\u{feff}?\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--(?:(?!-->)[^])*-->\s*)*(?:<!DOCTYPE svg[^>[]*>\s*)?(?:<!--(?:(?!-->)[^])*-->\s*)*<svg[\s>/]/iu

function typeOf(bytes: Buffer): string | undefined {
  if (bytes.subarray(0, 8).equals(pngSignature)) return 'image/png'
  if (bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP') return 'image/webp'
  return svgBeginning.test(bytes.toString('utf8')) ? 'image/svg+xml' : undefined
}
