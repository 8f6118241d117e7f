// Writes the XML of query-protocol answers: elements, text and lists, nothing else.

/** What an element holds: text, a list (spelled as `member` elements), a map (as `entry` elements), or elements by name; undefined ones are left out. */
export type XmlContent = string | number | boolean | XmlContent[] | ReadonlyMap<string, XmlContent> | { [name: string]: XmlContent | undefined }

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;', '\r': '&#xD;' }

// XML 1.0 section 2.2: these characters may not appear, not even escaped.
// eslint-disable-next-line no-control-regex
const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

/** Escapes text for element content and attribute values; what XML cannot carry becomes U+FFFD. */
export const escapeXml = (text: string): string => text.replace(forbidden, '\ufffd').replace(/[&<>"'\r]/g, (character) => escapes[character]!)

/** Writes a document with one root element in a namespace. */
export const writeXml = (root: string, xmlns: string, content: XmlContent): string =>
  `<${root} xmlns="${escapeXml(xmlns)}">${inside(content)}</${root}>\n`

function inside(content: XmlContent): string {
  if (Array.isArray(content)) return content.map((member) => `<member>${inside(member)}</member>`).join('')
  if (typeof content !== 'object') return escapeXml(String(content))
  if (content instanceof Map) return [...content as ReadonlyMap<string, XmlContent>].map(([key, value]) => `<entry><key>${escapeXml(key)}</key><value>${inside(value)}</value></entry>`).join('')
  return Object.entries(content).map(([name, child]) => (child === undefined ? '' : `<${name}>${inside(child)}</${name}>`)).join('')
}
