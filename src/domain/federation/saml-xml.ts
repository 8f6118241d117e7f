// XML as SAML messages may have it: bounded, without anything but elements, attributes and text. What two parsers could read
// in two ways is refused before the first of them sees it.
import { DOMParser, type Document, type Element } from '@xmldom/xmldom'
import { refuseSaml } from './saml-refusal.js'

/** Bytes of a message. */
export const largestMessage = 256 * 1024
const deepest = 24
const mostElements = 3000

/** Decodes a message of text in base64. */
export const decodeMessage = (text: string): string => decodeText(decodeBase64(text))

/** Decodes base64 in its one spelling; lines may be broken. */
export function decodeBase64(text: string): Buffer {
  if (text.length > largestMessage * 1.4) refuseSaml('too-large', 'the text is too long')
  const plain = text.replace(/[\r\n]/g, '')
  const bytes = Buffer.from(plain, 'base64')
  if (plain === '' || bytes.toString('base64') !== plain) refuseSaml('not-base64', 'the text is no base64')
  if (bytes.length > largestMessage) refuseSaml('too-large', 'the message is too long')
  return bytes
}

/** Decodes UTF-8, and nothing else. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return refuseSaml('not-xml', 'the message is not UTF-8')
  }
}

/** Parses a document that came from outside. `comments` are for metadata, which people write. */
export function parseXml(text: string, { comments = false, deep = deepest }: { comments?: boolean; deep?: number } = {}): Document {
  const body = checkedDeclaration(comments ? text.replace(/<!--(?:(?!--)[\s\S])*-->/g, '') : text)
  checkMarkup(body)
  checkNesting(body, deep)
  try {
    return new DOMParser({ onError: (level, message) => { throw new Error(`${level}: ${message}`) } }).parseFromString(body, 'text/xml')
  } catch {
    return refuseSaml('not-xml', 'the message does not parse')
  }
}

/** Takes the XML declaration off; one that names another version or encoding than ours is refused. */
function checkedDeclaration(text: string): string {
  const declared = /^<\?xml\s+version=(["'])1\.0\1(?:\s+encoding=(["'])utf-8\2)?(?:\s+standalone=(["'])(?:yes|no)\3)?\s*\?>\s*/i.exec(text)
  return declared ? text.slice(declared[0].length) : text.trimStart()
}

const lawfulReference = /^&(?:amp|lt|gt|quot|apos|#(\d{1,7})|#x([\da-f]{1,6}));/i

function checkMarkup(text: string): void {
  // Document types, entities, comments, sections and instructions all begin so.
  if (/<[!?]/.test(text)) refuseSaml('markup', 'the message has more than elements and text')
  if (text.includes(']]>')) refuseSaml('not-xml', 'the message has the end of a section')
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(text)) refuseSaml('not-xml', 'the message has characters that XML does not have')
  for (let at = text.indexOf('&'); at >= 0; at = text.indexOf('&', at + 1)) {
    const [all, decimal, hexadecimal] = lawfulReference.exec(text.slice(at, at + 12)) ?? []
    if (!all) refuseSaml('markup', 'the message refers to an entity')
    const code = decimal === undefined && hexadecimal === undefined ? undefined : parseInt(decimal ?? hexadecimal!, decimal === undefined ? 16 : 10)
    if (code !== undefined && !isCharacter(code)) refuseSaml('not-xml', 'the message has characters that XML does not have')
  }
}

const isCharacter = (code: number): boolean =>
  code === 9 || code === 10 || code === 13 || (code >= 0x20 && code <= 0xd7ff) || (code >= 0xe000 && code <= 0xfffd) || (code >= 0x10000 && code <= 0x10ffff)

/** Counts elements and how deep they lie, without the recursion that a deep document would exhaust. */
function checkNesting(text: string, most: number): void {
  let depth = 0
  let count = 0
  for (let at = text.indexOf('<'); at >= 0; at = text.indexOf('<', at)) {
    const end = endOfTag(text, at)
    if (text[at + 1] === '/') depth -= 1
    else if (text[end - 1] !== '/') depth += 1
    count += 1
    if (depth > most || count > mostElements * 2) refuseSaml('too-deep', 'the message has too many elements, or too deep ones')
    at = end
  }
}

function endOfTag(text: string, from: number): number {
  let quote = ''
  for (let at = from + 1; at < text.length; at += 1) {
    const character = text[at]!
    if (quote !== '') quote = character === quote ? '' : quote
    else if (character === '"' || character === "'") quote = character
    else if (character === '>') return at
  }
  return refuseSaml('not-xml', 'the message ends inside of a tag')
}

/** Names an element by its namespace's short name here, such as `p:Response`; `?` stands for a namespace that SAML messages do not have. */
export const nameOf = ({ namespaceURI, localName }: Element): string => `${shortNames[namespaceURI ?? ''] ?? '?'}:${localName ?? ''}`

const shortNames: Readonly<Record<string, string>> = {
  'urn:oasis:names:tc:SAML:2.0:protocol': 'p',
  'urn:oasis:names:tc:SAML:2.0:assertion': 'a',
  'urn:oasis:names:tc:SAML:2.0:metadata': 'm',
  'http://www.w3.org/2000/09/xmldsig#': 'd',
  'http://www.w3.org/2001/10/xml-exc-c14n#': 'e',
  'http://www.w3.org/2001/04/xmlenc#': 'x',
  'http://www.w3.org/2009/xmlenc11#': 'y',
}

const isElement = (node: { nodeType: number }): boolean => node.nodeType === 1

/** Lists the elements directly inside of one; by name where one is given. */
export const childrenOf = (element: Element, name?: string): Element[] =>
  (Array.from(element.childNodes).filter(isElement) as unknown as Element[]).filter((child) => name === undefined || nameOf(child) === name)

/** Lists an element and all elements below it. */
export function allOf(element: Element): Element[] {
  const found = [element]
  for (let at = 0; at < found.length; at += 1) found.push(...childrenOf(found[at]!))
  return found
}

/** Finds along a path of names, where each step has at most one. */
export const childOf = (element: Element | undefined, ...[name, ...more]: string[]): Element | undefined =>
  (name === undefined || !element ? element : childOf(childrenOf(element, name)[0], ...more))

/** Reads an attribute of no namespace. */
export const attributeOf = (element: Element | undefined, name: string): string | undefined =>
  (element?.hasAttribute(name) ? element.getAttribute(name) ?? undefined : undefined)

export const textOf = (element: Element): string => element.textContent ?? ''
