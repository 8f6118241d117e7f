// Applications that are registered on a page instead of in a file: the same rules, where nothing leads outside.
import { Refusal, type Fault } from '../../platform/errors.js'
import { checkClient } from './check-rules.js'
import { faultsOf, wording } from './faults.js'
import { icon } from './icons.js'
import { oidcClient } from './oidc-client.js'
import { nowhere } from './secrets.js'

const schema = oidcClient(nowhere).omit({ client_secret: true })
const pictures = icon(nowhere)

/** Checks the metadata of a client in RFC 7591's words, and returns it without its id. */
export function checkClientMetadata(clientId: string, metadata: object): { clientId: string; metadata: Record<string, unknown> } {
  const read = schema.safeParse({ ...metadata, client_id: clientId }, { error: wording })
  const faults: Fault[] = read.success ? [] : faultsOf(read.error.issues, () => 1)
  checkClient(metadata, ([path], message) => faults.push({ path: String(path), message }))
  if ((metadata as { grant_types?: unknown[] }).grant_types?.length === 0) faults.push({ path: 'grant_types', message: 'must have at least one' })
  if (!read.success || faults.length > 0) throw refused(faults)
  const { client_id: id, ...rest } = read.data
  return { clientId: id, metadata: Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)) }
}

/** Checks the picture of an application, given as a data: address or as the text of an SVG. */
export function checkIcon(text: string): string {
  const read = pictures.safeParse(text.trimStart().startsWith('<') ? `data:image/svg+xml;base64,${Buffer.from(text).toString('base64')}` : text.trim())
  if (read.success) return read.data
  throw refused([{ path: 'icon', message: 'must be an SVG, PNG or WebP picture of at most 64 kB' }])
}

const refused = (faults: readonly Fault[]): Refusal => {
  const mended = faults.map(({ path, message }) => {
    const [, name = path, at] = /^(\w+)(?:\[(\d+)\])?/.exec(path) ?? []
    // Only the file may take parts of an address from elsewhere.
    const what = message.startsWith('takes its value') ? 'must not have ${…} in it' : message
    return { path: name, message: `${at === undefined ? 'This' : `Number ${Number(at) + 1}`} ${what}.` }
  })
  return new Refusal('invalid-input', 'Something in the form needs another look.', { faults: mended })
}
