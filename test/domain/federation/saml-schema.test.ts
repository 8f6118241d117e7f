// What a SAML message may consist of: every element is written in all its lawful forms, and then with one thing too much, too few or elsewhere.
import { SamlRefusal } from '../../../src/domain/federation/index.js'
import { checkIds, checkShape } from '../../../src/domain/federation/saml-schema.js'
import { parseXml } from '../../../src/domain/federation/saml-xml.js'
import { forms, leastOf, namespaces, needed, partsOf, written } from '../../support/saml-forms.js'

function says(check: () => void): string {
  try {
    check()
  } catch (error) {
    if (error instanceof SamlRefusal) return error.reason
    throw error
  }
  return 'fits'
}
const shape = (xml: string): string => says(() => checkShape(parseXml(xml).documentElement!))

const uris = ['Destination', 'Consent', 'Format', 'Value', 'Method', 'Recipient', 'NameFormat', 'Algorithm', 'URI', 'Type', 'Encoding']

describe.each(Object.entries(forms))('%s', (name, { attributes, inside, isText, isLoose, isMixed, isHollow, least, kind }) => {
  const [all, children] = [partsOf(attributes), partsOf(inside)]
  const [names, insides] = [all.map((part) => part.name), children.map((part) => part.name)]

  test('fits with all that it may have, and with no more than it needs', () => {
    expect(shape(written(name, names, insides))).toBe('fits')
    expect(shape(leastOf(name, []))).toBe('fits')
    if (least) expect(shape(written(name, names, []))).toBe('structure')
  })

  test('has to have some attributes, and may have no others', () => {
    for (const part of all) expect([part.name, shape(written(name, names.filter((one) => one !== part.name), insides))]).toEqual([part.name, needed(part) ? 'structure' : 'fits'])
    expect(shape(written(name, [...names, 'Evil'], insides))).toBe('structure')
    expect(shape(written(name, [...names, 'w:Name'], insides))).toBe(isLoose ? 'fits' : 'structure')
  })

  test('has to have some elements, as often as it may, in their order, and no others', () => {
    children.forEach((part, index) => {
      const [before, behind] = [insides.slice(0, index), insides.slice(index + 1)]
      expect([part.name, shape(written(name, names, [...before, ...behind]))]).toEqual([part.name, needed(part) ? 'structure' : 'fits'])
      expect([part.name, shape(written(name, names, [...before, part.name, part.name, ...behind]))]).toEqual([part.name, /[*+]/.test(part.sign) ? 'fits' : 'structure'])
      const next = children[index + 1]
      if (next) {
        const isAny = part.sign === '*' && next.sign === '*'
        expect([part.name, shape(written(name, names, [...before, next.name, part.name, ...behind.slice(1)]))]).toEqual([part.name, isAny ? 'fits' : 'structure'])
      }
    })
    for (const evil of ['<w:Evil/>', '<Evil/>', '<a:Evil/>', '<a:SubjectLocality/>']) expect(shape(written(name, names, insides, evil))).toBe('structure')
    if (!isText) expect(shape(written(name, names, ['a:SubjectLocality', ...insides]))).toBe('structure')
  })

  test('has text where it belongs alone', () => {
    expect(shape(written(name, names, insides, 'evil'))).toBe((isText && kind !== 'number') || isMixed ? 'fits' : 'structure')
    expect(shape(written(name, names, insides, ' \t\r\n'))).toBe(isHollow ? 'structure' : 'fits')
  })

  test('has values of their kind', () => {
    const xml = written(name, names, insides)
    const own = xml.indexOf('>')
    for (const attribute of names) {
      for (const [evil, isUri, isTime, isName] of [['http://[', false, false, false], ['a b', true, false, false], ['2026-02-30T00:00:00Z', false, false, false], ['12', true, false, false], ['2026-11-21T12:00:00+01:00', false, true, false]] as const) {
        const wanted = uris.includes(attribute) && !(name === 'x:EncryptedKey' && attribute === 'Recipient') ? isUri : /Instant|Not(?:On|Before)/.test(attribute) ? isTime : attribute === 'InResponseTo' ? isName : attribute === 'Count' ? evil === '12' : true
        const changed = xml.slice(0, own).replace(new RegExp(` ${attribute}="[^"]*"`), ` ${attribute}="${evil}"`) + xml.slice(own)
        expect([attribute, evil, shape(changed)]).toEqual([attribute, evil, wanted ? 'fits' : 'structure'])
      }
    }
    if (!isText) return
    for (const [evil, of] of [['http://[', ''], ['a%', ''], ['AAA', 'uri'], ['AAA=\u00a0', 'uri'], ['-', 'uri'], ['AA\r\n AA', 'uri base64'], ['12', 'uri number']] as const) {
      expect([evil, shape(`<${name} ${namespaces}>${evil}</${name}>`)]).toEqual([evil, kind === undefined || kind.startsWith('any ') || of.split(' ').includes(kind) ? 'fits' : 'structure'])
    }
  })
})

test.each<[string, string, string]>([
  ['an encrypted assertion takes the place of one', 'fits', written('p:Response', ['ID', 'Version', 'IssueInstant'], ['p:Status', 'a:EncryptedAssertion'])],
  ['an encrypted assertion does not stand beside one', 'structure', written('p:Response', ['ID', 'Version', 'IssueInstant'], ['p:Status', 'a:Assertion', 'a:EncryptedAssertion'])],
  ['statements come in any order', 'fits', written('a:Assertion', ['ID', 'Version', 'IssueInstant'], ['a:Issuer', 'a:AttributeStatement', 'a:AuthnStatement', 'a:AttributeStatement'])],
  ['there are no three transforms', 'structure', written('d:Transforms', [], ['d:Transform', 'd:Transform', 'd:Transform'])],
  ['an element is known by its namespace, not by its prefix', 'fits', '<q:Audience xmlns:q="urn:oasis:names:tc:SAML:2.0:assertion">x</q:Audience>'],
  ['a namespace may be declared anywhere', 'fits', '<Audience xmlns="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:w="urn:w">x</Audience>'],
  ['what every object has is no element', 'structure', '<constructor/>'],
  ['an element of another namespace is none', 'structure', '<w:Audience xmlns:w="urn:w">x</w:Audience>'],
  ['somebody is confirmed without a name', 'fits', written('a:Subject', [], ['a:SubjectConfirmation', 'a:SubjectConfirmation'])],
  ['a name is there without a confirmation', 'fits', written('a:Subject', [], ['a:NameID'])],
  ['a context has a class alone', 'fits', written('a:AuthnContext', [], ['a:AuthnContextClassRef', 'a:AuthenticatingAuthority'])],
  ['a context has an authority alone', 'structure', written('a:AuthnContext', [], ['a:AuthenticatingAuthority'])],
  ['an attribute has none of its own namespace', 'structure', written('a:Attribute', ['Name', 'a:Evil'], [])],
  ['what is wrong deep inside is wrong', 'structure', written('p:Status', [], ['p:StatusCode']).replace('<p:StatusCode  ', '<p:StatusCode Evil="1" ')],
])('%s', (_, result, xml) => {
  expect(shape(xml)).toBe(result)
})

describe('IDs', () => {
  const ids = (...attributes: string[]): string => says(() => checkIds(parseXml(`<r xmlns:w="urn:w" ${attributes[0] ?? ''}>${attributes.slice(1).map((one) => `<c><d ${one}/></c>`).join('')}</r>`).documentElement!))
  test.each<[string, string, string[]]>([
    ['none', 'fits', []],
    ['that differ', 'fits', ['ID="_a"', 'ID="_b"', 'Id="c.d-e_F9"']],
    ['as long as they may be', 'fits', [`ID="_${'a'.repeat(255)}"`]],
    ['that are longer', 'structure', [`ID="_${'a'.repeat(256)}"`]],
    ['that are empty', 'structure', ['ID=""']],
    ['that begin with a digit', 'structure', ['ID="1a"']],
    ['with a blank before', 'structure', ['ID=" a"']],
    ['with a blank behind', 'structure', ['ID="a "']],
    ['with a sign that means something elsewhere', 'structure', ['ID="a\'b"']],
    ['of which a later one is none', 'structure', ['ID="_a"', 'ID="_b"', 'ID="#"']],
    ['twice', 'duplicate-id', ['ID="_a"', 'ID="_a"']],
    ['twice, further down', 'duplicate-id', ['', 'ID="_a"', 'ID="_b"', 'ID="_a"']],
    ['twice, spelled otherwise', 'duplicate-id', ['ID="_a"', 'id="_a"']],
    ['twice, in another namespace', 'duplicate-id', ['ID="_a"', 'w:Id="_a"']],
    ['twice in one element', 'duplicate-id', ['ID="_a" Id="_a"']],
    ['and others that only end or begin so', 'fits', ['ID="_a"', 'valID="_a" IDs="_a"']],
  ])('%s', (_, result, attributes) => {
    expect(ids(...attributes)).toBe(result)
  })
})

describe('what a value is said to be', () => {
  const value = (attributes: string, content = ''): string => shape(`<a:AttributeValue ${namespaces} xmlns:i="http://www.w3.org/2001/XMLSchema-instance" xmlns:s="http://www.w3.org/2001/XMLSchema" ${attributes}>${content}</a:AttributeValue>`)
  const long = '9'.repeat(30)
  test.each<[string, string[], string[]]>([
    ['string', ['', 'x', ' x '], ['<a:NameID>x</a:NameID>']], ['anySimpleType', ['x'], ['<a:NameID>x</a:NameID>']], ['anyType', ['x', '<a:NameID>x</a:NameID>'], ['<a:Audience>x</a:Audience>']],
    ['normalizedString', ['x'], []], ['token', ['x'], []],
    ['boolean', ['true', 'false', '1', '0', ' true\n'], ['', 'yes', 'TRUE', 'true false', '\u00a0true']], ['integer', ['0', '-12', '+12', long], ['', 'a', '1.0', '1e3']],
    ['int', ['2147483647', '-2147483648'], ['2147483648', '-2147483649', 'x']], ['long', ['9007199254740992', '-9007199254740992'], [long, `-${long}`]], ['nonNegativeInteger', ['0', long], ['-1']], ['decimal', ['1', '-1.5', '+12.25'], ['', '.', '1.', '.5', 'NaN', '1e3', '1.5x', 'x1']],
    ['double', ['1', '-1.5', '+12.25', '1.5e-12', '10e+3'], ['', 'x', 'e3', '1e', '1.e3', '1e3x', 'x1', '1 2']], ['float', ['1.5E3'], ['x']], ['anyURI', ['urn:x'], ['http://[']], ['base64Binary', ['AA==', 'A A A A'], ['AAA', 'AB==']],
    ['dateTime', ['2026-11-21T12:00:00Z', '2024-02-29T23:59:59.9+13:59'], ['2026-11-21', '2023-02-29T00:00:00Z', '', ' 2026-11-21T12:00:00Z']], ['date', ['2024-02-29'], ['2023-02-29', '2024-02-29Z', 'x', '2024-02-29T00:00:00Z', '12024-02-29', ' 2024-02-29']],
    ['constructor', [], ['x']], ['hexBinary', [], ['AA']], ['', [], ['x']],
  ])('%s', (type, good, bad) => {
    expect(good.filter((content) => value(`i:type="s:${type}"`, content) !== 'fits')).toEqual([])
    expect(bad.filter((content) => value(`i:type="s:${type}"`, content) !== 'structure')).toEqual([])
  })

  test.each([
    ['a type of another namespace', 'structure', 'i:type="a:string"', 'x'], ['a type without a namespace', 'structure', 'i:type="string"', 'x'], ['a type of the namespace around it', 'fits', 'xmlns="http://www.w3.org/2001/XMLSchema" i:type="string"', 'x'],
    ['a type of a prefix that stands for nothing', 'structure', 'i:type="q:string"', 'x'], ['a type with two prefixes', 'structure', 'i:type="s:s:string"', 'x'], ['a type with something after it', 'structure', 'i:type="s:string:s"', 'x'],
    ['nothing', 'fits', 'i:nil="true"', ''], ['nothing, as a number', 'fits', 'i:nil="1"', ''], ['nothing, with something inside', 'structure', 'i:nil="true"', 'x'], ['nothing, with a blank inside', 'structure', 'i:nil="1"', ' '], ['something', 'fits', 'i:nil="false"', 'x'], ['neither nothing nor something', 'structure', 'i:nil="no"', ''],
    ['where its schema is', 'structure', 'i:schemaLocation="urn:x x"', ''], ['what else there is in that namespace', 'structure', 'i:evil="x"', ''],
    ['in a language', 'fits', 'xml:lang="de-CH"', 'x'], ['in no language', 'structure', 'xml:lang="1 2"', 'x'], ['with its blanks', 'fits', 'xml:space="preserve"', 'x'], ['with some blanks', 'structure', 'xml:space="some"', 'x'], ['with an ID of XML', 'structure', 'xml:id="a"', 'x'],
  ])('%s', (_, result, attributes, content) => {
    expect(value(attributes, content)).toBe(result)
  })

  test('is not known in part of a document that does not declare it', () => {
    const part = (type: string, content: string): string => says(() => checkShape(parseXml(`<a:AttributeValue ${namespaces} xmlns:i="http://www.w3.org/2001/XMLSchema-instance" xmlns:s="http://www.w3.org/2001/XMLSchema" i:type="${type}">${content}</a:AttributeValue>`).documentElement!, { isPart: true }))
    expect([part('q:integer', 'x'), part('s:integer', 'x'), part('s:integer', '1'), part('w:integer', '1'), part('integer', 'x'), part(':integer', 'x')]).toEqual(['fits', 'structure', 'fits', 'structure', 'structure', 'structure'])
  })

  test('is said of values alone', () => {
    expect(shape(`<a:Attribute ${namespaces} xmlns:i="http://www.w3.org/2001/XMLSchema-instance" Name="x" i:nil="false"/>`)).toBe('structure')
    expect(shape(`<a:Attribute ${namespaces} Name="x" xml:lang="en"/>`)).toBe('fits')
  })
})
