// Types that values of attributes are said to have (xsi:type): who reads them as such has to find what is said.
import type { Element } from '@xmldom/xmldom'
import { isBase64, isTime, isUri, trimmed } from './saml-values.js'
import { childrenOf, textOf } from './saml-xml.js'

const schema = 'http://www.w3.org/2001/XMLSchema'
const whole = (text: string): boolean => /^[+-]?\d+$/.test(text)
const among = (least: number, most: number) => (text: string): boolean => whole(text) && Number(text) >= least && Number(text) <= most
const scientific = (text: string): boolean => /^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text)
const anything = (): boolean => true

/** Of the types that a value may be said to have (XML Schema Part 1, 2.6.1). */
const types: Readonly<Record<string, (text: string) => boolean>> = {
  anySimpleType: anything, string: anything, normalizedString: anything, token: anything, boolean: (text) => /^(?:true|false|0|1)$/.test(text), anyURI: isUri, base64Binary: isBase64, dateTime: isTime,
  date: (text) => /^\d{4}-\d\d-\d\d$/.test(text) && isTime(`${text}T00:00:00Z`), decimal: (text) => /^[+-]?\d+(?:\.\d+)?$/.test(text), double: scientific,
  float: scientific, integer: whole, int: among(-(2 ** 31), 2 ** 31 - 1), long: among(-(2 ** 53), 2 ** 53), nonNegativeInteger: among(0, Infinity),
}

/** True where what stands in an element is of the type that it is said to have; in part of a document, whatever a prefix that was declared outside of it stands for. */
export function isOfType(element: Element, type: string, isPart: boolean): boolean {
  const [, prefix = '', local = ''] = /^(?:([^:]+):)?([^:]+)$/.exec(type) ?? []
  const namespace = element.lookupNamespaceURI(prefix)
  if (isPart && prefix !== '' && namespace === null) return true
  if (namespace !== schema || !(local === 'anyType' || Object.hasOwn(types, local))) return false
  return local === 'anyType' || (childrenOf(element).length === 0 && types[local]!(local.startsWith('date') ? textOf(element) : trimmed(textOf(element))))
}
