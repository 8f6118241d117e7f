import fc from 'fast-check'
import { escapeXml, writeXml } from '../../../../src/http/aws/protocol/xml.js'

test('writes elements, lists as members, and leaves out what is undefined', () => {
  expect(writeXml('A', 'urn:x', { B: 'text', C: undefined, D: [{ E: 1 }, { E: 2 }], F: true, G: {} }))
    .toBe('<A xmlns="urn:x"><B>text</B><D><member><E>1</E></member><member><E>2</E></member></D><F>true</F><G></G></A>\n')
})

test('escapes everything that could be read as markup', () => {
  expect(escapeXml(`<a href="b" c='d'>&amp;`)).toBe('&lt;a href=&quot;b&quot; c=&apos;d&apos;&gt;&amp;amp;')
})

test('replaces what XML cannot carry and keeps everything else', () => {
  expect(escapeXml('\0\u001b[1m\ud800x\udc00\uffff')).toBe('\ufffd\ufffd[1m\ufffdx\ufffd\ufffd')
  expect(escapeXml('tab\tline\nreturn\r😀')).toBe('tab\tline\nreturn&#xD;😀')
})

test('never lets text out of its element', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => {
    expect(writeXml('A', 'urn:x', { B: text })).toMatch(/^<A xmlns="urn:x"><B>[^<>]*<\/B><\/A>\n$/)
  }))
})
