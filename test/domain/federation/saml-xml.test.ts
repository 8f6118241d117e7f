// XML as SAML messages may have it, held to its bounds: the last that is taken, and the first that is not.
import type { Element } from '@xmldom/xmldom'
import { SamlRefusal } from '../../../src/domain/federation/index.js'
import { allOf, attributeOf, childOf, childrenOf, decodeBase64, decodeMessage, decodeText, largestMessage, nameOf, parseXml, textOf } from '../../../src/domain/federation/saml-xml.js'

function outcome(read: () => string): string {
  try {
    return read()
  } catch (error) {
    if (error instanceof SamlRefusal) return `! ${error.reason}`
    throw error
  }
}
const rootOf = (xml: string): Element => parseXml(xml).documentElement!
const textIn = (xml: string, options?: { comments?: boolean; deep?: number }): string => outcome(() => textOf(parseXml(xml, options).documentElement!))

describe('base64', () => {
  const full = (length: number): string => Buffer.alloc(length, 'a').toString('base64')
  test.each<[string, string, string]>([
    ['is text', 'jane', 'amFuZQ=='],
    ['is broken into lines', 'jane', 'am\r\nFu\nZQ\r=='],
    ['is not without its end', '! not-base64', 'amFuZQ'],
    ['is not with bits that say nothing', '! not-base64', 'amFuZR=='],
    ['is not with blanks', '! not-base64', 'amFu ZQ=='],
    ['is not nothing', '! not-base64', ''],
    ['is not lines alone', '! not-base64', '\r\n'],
    ['is not bytes that are no UTF-8', '! not-xml', Buffer.from([0xff, 0x61]).toString('base64')],
    ['is not too long for what it holds', '! too-large', full(largestMessage + 1)],
    ['is not too long itself', '! too-large', ' '.repeat(Math.ceil(largestMessage * 1.4) + 1)],
    ['is looked at up to its bound', '! not-base64', ' '.repeat(Math.floor(largestMessage * 1.4))],
  ])('%s', (_, result, text) => {
    expect(outcome(() => decodeMessage(text))).toBe(result)
  })

  test('holds 256 KiB', () => {
    expect(largestMessage).toBe(262_144)
    expect(decodeBase64(full(largestMessage))).toHaveLength(largestMessage)
  })

  test('has no mark of its order, and keeps what it has', () => {
    expect(decodeText(Buffer.from('é€😀'))).toBe('é€😀')
    expect(outcome(() => decodeText(Buffer.from([0xed, 0xa0, 0x80])))).toBe('! not-xml')
  })
})

describe('a declaration', () => {
  test.each<[string, string]>([
    ['<?xml version="1.0"?>', 'jane'],
    ["<?xml version='1.0'?>", 'jane'],
    ['<?xml  \n version="1.0" ?>\n\n', 'jane'],
    ['<?xml version="1.0" encoding="UTF-8"?>', 'jane'],
    ["<?xml version='1.0'  encoding='utf-8'  ?> ", 'jane'],
    ['<?xml version="1.0" encoding="UTF-8" standalone="yes"?>', 'jane'],
    ["<?xml version=\"1.0\"  standalone='no'?>", 'jane'],
    ['\n\t ', 'jane'],
    ['<?xml version="1.0" encoding="latin1"?>', '! markup'],
    ['<?xml version="1.0" encoding="xutf-8"?>', '! markup'],
    ['<?xml version="1.0\'?>', '! markup'],
    ['<?xml version="1.0" encoding="utf-8\'?>', '! markup'],
    ['<?xml version="1.0" standalone="yes\'?>', '! markup'],
    ['<?xml version="1.0" standalone="maybe"?>', '! markup'],
    ['<?xml version="1x0"?>', '! markup'],
    ['<?xml version="1.0"encoding="utf-8"?>', '! markup'],
    ['<?xml version="1.0"encoding="utf-8"standalone="yes"?>', '! markup'],
    ['<?xml version="1.0"standalone="yes"?>', '! markup'],
    ['<?xmlversion="1.0"?>', '! markup'],
    ['<?xml version="1.0" evil?>', '! markup'],
    ['<?xml?>', '! markup'],
    [' <?xml version="1.0"?>', '! markup'],
    ['<?XML version="1.0"?>', '! markup'],
    ['<?xml VERSION="1.0"?>', '! markup'],
    ['<?xml version="1.0" encoding="uTf-8" standalone="YES"?>', '! markup'],
    ['<?xml\u00a0version="1.0"?>', '! markup'],
    ['<?xml\r\nversion="1.0"\tencoding="uTf-8"\rstandalone="yes"\n?>', 'jane'],
    ['<?xml version="1.0"?><?xml version="1.0"?>', '! markup'],
  ])('%j', (declaration, result) => {
    expect(textIn(`${declaration}<r>jane</r>`)).toBe(result)
  })
})

describe('what is more than elements and text', () => {
  test.each<[string, string, string]>([
    ['a comment', '! markup', '<r>ja<!-- x -->ne</r>'],
    ['a section', '! markup', '<r><![CDATA[x]]></r>'],
    ['an instruction', '! markup', '<r><?x?></r>'],
    ['a document type', '! markup', '<!DOCTYPE r><r/>'],
    ['an entity', '! markup', '<r>&nbsp;</r>'],
    ['an entity in an attribute', '! markup', '<r a="&nbsp;"/>'],
    ['an entity behind lawful ones', '! markup', '<r>&amp;&lt;&evil;</r>'],
    ['an ampersand at the end', '! markup', '<r/>&'],
    ['an ampersand that only looks like a reference later', '! markup', '<r>&x&amp;</r>'],
    ['a reference without its end', '! markup', '<r>&amp</r>'],
    ['a number without digits', '! markup', '<r>&#;</r>'],
    ['a number of too many digits', '! markup', '<r>&#00000065;</r>'],
    ['a hexadecimal number of too many digits', '! markup', '<r>&#x0000041;</r>'],
    ['a number with letters', '! markup', '<r>&#6a;</r>'],
    ['a reference in large letters', '! markup', '<r>&AMP;</r>'],
    ['a hexadecimal number with a large sign', '! markup', '<r>&#X41;</r>'],
    ['the end of a section', '! not-xml', '<r>]]></r>'],
    ['the five that are lawful', '&<>"\'', '<r>&amp;&lt;&gt;&quot;&apos;</r>'],
    ['numbers', 'AAAA', '<r>&#65;&#0000065;&#x41;&#x000041;</r>'],
    ['hexadecimal digits of all kinds', 'JjÿÿA', '<r>&#x4a;&#x6A;&#xff;&#xFF;A</r>'],
    ['nothing of it', 'a ] ]] ; # > b', '<r>a ] ]] ; # > b</r>'],
  ])('%s', (_, result, xml) => {
    expect(textIn(xml)).toBe(result)
  })

  test('is taken away where people wrote comments', () => {
    const comments = true
    expect(textIn('<!-- a --><r>ja<!-- <evil> & \n -->ne<!----></r><!-- b -->', { comments })).toBe('jane')
    expect(textIn('<r>ja<!-- a -- b -->ne</r>', { comments })).toBe('! markup')
    expect(textIn('<r>ja<!-- ne</r>', { comments })).toBe('! markup')
    expect(textIn('<r><!-- <![CDATA[ --><?x?></r>', { comments })).toBe('! markup')
  })
})

describe('characters', () => {
  const lawful = [9, 10, 13, 0x20, 0x41, 0xd7ff, 0xe000, 0xfffd, 0x10000, 0x10ffff]
  const none = [0, 1, 8, 11, 12, 14, 31, 0xd800, 0xdfff, 0xfffe, 0xffff, 0x110000, 0xffffff]

  test('that XML has, by a number', () => {
    for (const code of lawful) {
      expect([code, textIn(`<r>&#${code};</r>`)]).toEqual([code, String.fromCodePoint(code)])
      expect([code, textIn(`<r>&#x${code.toString(16)};</r>`)]).toEqual([code, String.fromCodePoint(code)])
    }
  })

  test('that XML does not have, by a number', () => {
    for (const code of [...none, 9_999_999].filter((one) => one < 10_000_000)) expect([code, textIn(`<r>&#${code};</r>`)]).toEqual([code, '! not-xml'])
    for (const code of none) expect([code, textIn(`<r>&#x${code.toString(16)};</r>`)]).toEqual([code, '! not-xml'])
  })

  test('that XML does not have, as they are', () => {
    for (const code of none.filter((one) => one < 0xd800 || (one > 0xdfff && one < 0x10000))) expect([code, textIn(`<r>a${String.fromCodePoint(code)}</r>`)]).toEqual([code, '! not-xml'])
    for (const code of lawful.filter((one) => one !== 13 && one !== 0xfffd)) expect([code, textIn(`<r>a${String.fromCodePoint(code)}</r>`)]).toEqual([code, `a${String.fromCodePoint(code)}`])
  })
})

describe('a document as other parsers do not read it is none:', () => {
  test.each([
    ['a prefix for no namespace', '<a xmlns:q=""/>'], ['a prefix for no namespace, further down', '<a xmlns:q="urn:q"><b><c xmlns:q=""/></b></a>'], ['another namespace of XML', '<a xmlns:xml="urn:x"/>'], ['another namespace of namespaces', '<a xmlns:xmlns="urn:x"/>'],
    ['a prefix for the namespace of namespaces', '<a xmlns:q="http://www.w3.org/2000/xmlns/"/>'], ['a prefix for the namespace of XML', '<a xmlns:q="http://www.w3.org/XML/1998/namespace"/>'], ['the namespace of XML for everything', '<a xmlns="http://www.w3.org/XML/1998/namespace"/>'],
    ['an attribute twice, by two prefixes', '<a xmlns:q="urn:q" xmlns:r="urn:q" q:b="1" r:b="2"/>'], ['an attribute twice, further down', '<a xmlns:q="urn:q"><b xmlns:r="urn:q" q:b="1" r:b="2"/></a>'],
    ['a namespace that is no URI', '<a xmlns:q="\'urn:q"/>'], ['a namespace of other letters', '<a xmlns:q="urn:é"/>'], ['a namespace with a blank', '<a xmlns=" urn:q"/>'],
    ['a hard blank at the end of a tag', '<a>x</a\u00a0>'], ['a line of another kind in a tag', '<a\u2028b="c">x</a>'],
    ['a stroke inside of a tag', '<a/ >'], ['a stroke before an attribute', '<a / b="c">x</a>'], ['a hard blank before', '\u00a0<a/>'], ['a hard blank behind', '<a/>\u00a0'], ['a mark of its order behind', '<a/>\ufeff'], ['a mark of its order before', ' \ufeff<a/>'],
    ['a hard blank behind the declaration', '<?xml version="1.0"?>\u00a0<a/>'],
  ])('%s', (_, xml) => {
    expect(textIn(xml)).toBe('! not-xml')
  })

  test.each([
    ['the default namespace taken away', '<a xmlns="urn:a"><b xmlns="">x</b></a>'], ['one name in two namespaces', '<a xmlns:q="urn:q" xmlns:r="urn:r" b="0" q:b="1" r:b="2">x</a>'], ['a stroke in a value', '<a b="c/ >">x</a>'], ['blanks around', ' \t\r\n<a>x</a> \t\r\n'], ['a namespace like that of XML', '<a xmlns:xmlx="urn:x">x</a>'],
    ['an empty value', '<a q="" xmlnsq="">x</a>'],
  ])('but not %s', (_, xml) => {
    expect(textIn(xml)).toBe('x')
  })
})

test('lines end as XML 1.0 has it', () => {
  expect(textIn('<a>1\r\n2\r3\n4\u00855\u20286\r\u0085</a>')).toBe('1\n2\n3\n4\u00855\u20286\n\u0085')
})

describe('how deep and how wide a document is', () => {
  const deep = (levels: number, inside = ''): string => '<a>'.repeat(levels) + inside + '</a>'.repeat(levels)
  test.each<[string, string, string]>([
    ['24 levels', '', deep(24)],
    ['25 levels', '! too-deep', deep(25)],
    ['24 levels over and over', '', `<r>${deep(23).repeat(10)}</r>`],
    ['an empty element at the bottom', '', deep(24, '<b/>')],
    ['signs inside of attributes', '', `<r>${'<a b="/>" c=\'/>\'></a>'.repeat(30)}</r>`],
    ['a quote inside of quotes', '', `<r><a b="'>" c='">'/></r>`],
    ['levels that an attribute hides', '! too-deep', '<a b="/>">'.repeat(25) + '</a>'.repeat(25)],
    ['6000 tags', '', `<r>${'<b/>'.repeat(5998)}</r>`],
    ['6001 tags', '! too-deep', `<r>${'<b/>'.repeat(5999)}</r>`],
    ['an end inside of a tag', '! not-xml', '<r><a b="x>y'],
    ['an end behind a sign', '! not-xml', '<r>x</r><'],
    ['no element', '! not-xml', 'x'],
    ['an element that does not end', '! not-xml', '<r><b></r>'],
    ['an attribute twice', '! not-xml', '<r a="1" a="2"/>'],
  ])('%s', (_, result, xml) => {
    expect(textIn(xml)).toBe(result)
  })

  test('is as the caller has it', () => {
    expect(textIn(deep(25), { deep: 25 })).toBe('')
    expect(textIn(deep(26), { deep: 25 })).toBe('! too-deep')
  })
})

describe('elements', () => {
  const assertions = 'urn:oasis:names:tc:SAML:2.0:assertion'
  const root = rootOf(`<r xmlns:a="${assertions}" xmlns:w="urn:w" b="1" w:c="2" d="">t<a:Subject><a:NameID>jane</a:NameID><a:NameID>joe</a:NameID></a:Subject><w:Subject>x<x/></w:Subject></r>`)

  test('are named by their namespaces', () => {
    const named = { p: 'urn:oasis:names:tc:SAML:2.0:protocol', a: assertions, m: 'urn:oasis:names:tc:SAML:2.0:metadata', d: 'http://www.w3.org/2000/09/xmldsig#', e: 'http://www.w3.org/2001/10/xml-exc-c14n#', x: 'http://www.w3.org/2001/04/xmlenc#', y: 'http://www.w3.org/2009/xmlenc11#', '?': 'urn:w' }
    for (const [short, long] of Object.entries(named)) expect(nameOf(rootOf(`<q:N xmlns:q="${long}"/>`))).toBe(`${short}:N`)
    expect(nameOf(root)).toBe('?:r')
  })

  test('are found by name, one step after another, the first of each', () => {
    expect(childrenOf(root).map(nameOf)).toEqual(['a:Subject', '?:Subject'])
    expect(childrenOf(root, 'a:Subject').map(textOf)).toEqual(['janejoe'])
    expect(childrenOf(root, 'a:NameID')).toEqual([])
    expect(allOf(root).map(nameOf)).toEqual(['?:r', 'a:Subject', '?:Subject', 'a:NameID', 'a:NameID', '?:x'])
    expect(textOf(childOf(root, 'a:Subject', 'a:NameID')!)).toBe('jane')
    expect(childOf(root)).toBe(root)
    expect(childOf(root, 'a:Conditions', 'a:NameID')).toBeUndefined()
    expect(childOf(root, 'a:NameID')).toBeUndefined()
    expect(childOf(undefined, 'a:NameID')).toBeUndefined()
  })

  test('have attributes of no namespace', () => {
    expect(['b', 'c', 'd', 'e'].map((name) => attributeOf(root, name))).toEqual(['1', undefined, '', undefined])
    expect(attributeOf(undefined, 'b')).toBeUndefined()
  })
})
