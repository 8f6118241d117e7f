import fc from 'fast-check'
import { indentedXml } from '../../../src/http/admin/indented-xml.js'

test('puts each element on a line of its own, and text beside its element', () => {
  expect(indentedXml('<a x="1"><b>text</b><c/><d><e></e></d></a>')).toBe('<a x="1">\n  <b>text</b>\n  <c/>\n  <d>\n    <e></e>\n  </d>\n</a>')
  expect(indentedXml('<?xml version="1.0"?><a><!-- b --><c> d </c></a>')).toBe('<?xml version="1.0"?>\n<a>\n  <!-- b -->\n  <c>d</c>\n</a>')
})

test('leaves what is no XML as it is', () => {
  for (const text of ['', '{\n  "a": 1\n}', 'POST https://idp.example.com/token']) expect(indentedXml(text)).toBe(text)
})

test('loses nothing but blanks of whatever somebody sends', () => {
  const bare = (text: string): string => text.replace(/\s/g, '')
  fc.assert(fc.property(fc.array(fc.constantFrom('<a>', '</a>', '<b/>', '<', '>', 'text', ' ', '\n', '<!-- c -->', '"', '<?x?>')), (parts) => {
    const text = `<r>${parts.join('')}`
    expect(bare(indentedXml(text))).toBe(bare(text))
  }))
})
