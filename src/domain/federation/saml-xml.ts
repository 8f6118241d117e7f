// XML as SAML messages may have it: bounded, without anything but elements, attributes and text. What two parsers could read
// in two ways is refused before the first of them sees it.
import { DOMParser, type Attr, type Document, type Element } from '@xmldom/xmldom'
import { refuseSaml } from './saml-refusal.js'
import { isPlainUri } from './saml-values.js'

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
  const written = checkNesting(body, deep)
  // What our parser takes for blanks around the element may be none.
  if (!body.startsWith('<') || /[^ \t\r\n]/.test(body.slice(body.lastIndexOf('>') + 1))) refuseSaml('not-xml', 'the message has text around its element')
  const document = parsed(body)
  if (document.documentElement) checkNamespaces(document.documentElement, written)
  return document
}

function parsed(body: string): Document {
  try {
    return new DOMParser({
      onError: (level, message) => { throw new Error(`${level}: ${message}`) },
      // XML 1.0 section 2.11; the parser would do as 1.1 has it, where other characters end lines too.
      normalizeLineEndings: (source) => source.replace(/\r\n?/g, '\n'),
    }).parseFromString(body, 'text/xml')
  } catch {
    return refuseSaml('not-xml', 'the message does not parse')
  }
}

/** Takes the XML declaration off; one that names another version or encoding than ours is refused. */
function checkedDeclaration(text: string): string {
  const declared = /^<\?xml[ \t\r\n]+version=(["'])1\.0\1(?:[ \t\r\n]+encoding=(["'])[Uu][Tt][Ff]-8\2)?(?:[ \t\r\n]+standalone=(["'])(?:yes|no)\3)?[ \t\r\n]*\?>/.exec(text)
  return (declared ? text.slice(declared[0].length) : text).replace(/^[ \t\r\n]+/, '')
}

const lawfulReference = /^&(?:amp|lt|gt|quot|apos|#(\d{1,7})|#x([\dA-Fa-f]{1,6}));/

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

/** Counts elements and how deep they lie, without the recursion that a deep document would exhaust; returns how many attributes they have. */
function checkNesting(text: string, most: number): number {
  let depth = 0
  let count = 0
  let attributes = 0
  for (let at = text.indexOf('<'); at >= 0; at = text.indexOf('<', at)) {
    const { end, values } = readTag(text, at)
    attributes += values
    if (text[at + 1] === '/') depth -= 1
    else if (text[end - 1] !== '/') depth += 1
    count += 1
    if (depth > most || count > mostElements * 2) refuseSaml('too-deep', 'the message has too many elements, or too deep ones')
    at = end
  }
  return attributes
}

function readTag(text: string, from: number): { end: number; values: number } {
  let quote = ''
  let values = 0
  for (let at = from + 1; at < text.length; at += 1) {
    const character = text[at]!
    if (quote !== '') quote = character === quote ? '' : quote
    else if (character === '"' || character === "'") {
      quote = character
      values += 1
    } else if (character === '>') return { end: at, values }
    else if (character === '/' && at > from + 1 && text[at + 1] !== '>') refuseSaml('not-xml', 'the message has a stroke inside of a tag')
    else if (character > '\u007f' && /\s/.test(character)) refuseSaml('not-xml', 'the message has blanks that XML does not have')
  }
  return refuseSaml('not-xml', 'the message ends inside of a tag')
}

const reserved = ['http://www.w3.org/XML/1998/namespace', 'http://www.w3.org/2000/xmlns/']

/** Namespaces in XML 1.0, sections 2.2, 3 and 6.3, of which our parser lets some pass. */
function checkNamespaces(root: Element, written: number): void {
  const attributes = allOf(root).flatMap((element) => Array.from(element.attributes) as Attr[])
  // It keeps the last of two that have one name by different prefixes.
  if (attributes.length !== written) refuseSaml('not-xml', 'an element has an attribute twice')
  const isForged = ({ name, value }: Attr): boolean => name === 'xmlns:xml' || name === 'xmlns:xmlns' || reserved.includes(value) || !isPlainUri(value) || (name !== 'xmlns' && value === '')
  if (attributes.some((attribute) => /^xmlns(?:$|:)/.test(attribute.name) && isForged(attribute))) refuseSaml('not-xml', 'a prefix stands for what it cannot stand for')
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

/** Lists the elements directly inside of one; by name where one is given. */
export function childrenOf(element: Element, name?: string): Element[] {
  const found: Element[] = []
  for (let child = element.firstChild; child; child = child.nextSibling) {
    if (child.nodeType === 1 && (name === undefined || nameOf(child as Element) === name)) found.push(child as Element)
  }
  return found
}

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
