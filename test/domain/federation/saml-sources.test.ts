// What is read from the metadata of a provider that people are to sign in with, and in which words the rest is refused.
import { fetchSamlMetadata, readCertificates, readSamlSource } from '../../../src/domain/federation/index.js'
import { OutboundFailure } from '../../../src/platform/outbound/index.js'
import { certified } from '../../support/certificates.js'
import { idp, metadataOf, signerOf } from '../../support/saml.js'

const signer = signerOf()
const second = signerOf('ec')
const weak = signerOf('rsa', 1024)
const good = metadataOf([signer, second])
const names = 'urn:oasis:names:tc:SAML:2.0'

function wordsOf(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    expect(error).toMatchObject({ code: 'invalid-input' })
    return (error as Error).message
  }
  return ''
}

test('a provider is read with its addresses, its formats and its certificates', () => {
  const more = `<SingleLogoutService Binding="${names}:bindings:HTTP-POST" Location="https://idp.example.com/slo" ResponseLocation="https://idp.example.com/slo/done"/>
    <NameIDFormat>${names}:nameid-format:persistent</NameIDFormat><SingleSignOnService Binding="${names}:bindings:SOAP" Location="urn:nothing"/>
    <SingleSignOnService Binding="${names}:bindings:HTTP-POST" Location="http://localhost:8080/sso"/></IDPSSODescriptor>`
  const metadata = good.replace('</IDPSSODescriptor>', more).replace('<IDPSSODescriptor', '<IDPSSODescriptor WantAuthnRequestsSigned="true" validUntil="2027-01-01T00:00:00Z"').replace('<EntityDescriptor', '<EntityDescriptor validUntil="2028-01-01T00:00:00Z"')
  const source = readSamlSource(metadata)
  expect(source).toMatchObject({
    entityId: idp, wantsSignedRequests: true, validUntil: new Date('2027-01-01T00:00:00Z'), nameIdFormats: [`${names}:nameid-format:persistent`],
    signOn: [{ binding: 'redirect', address: 'https://idp.example.com/sso' }, { binding: 'post', address: 'http://localhost:8080/sso' }],
    singleLogout: [{ binding: 'post', address: 'https://idp.example.com/slo', answers: 'https://idp.example.com/slo/done' }],
  })
  expect(source.certificates.map(({ der }) => der)).toEqual([signer.certificate, second.certificate])
  expect(source.certificates[0]).toMatchObject({ subject: 'CN=idp.example.com', notBefore: new Date('2020-01-01T00:00:00Z'), notAfter: new Date('2025-01-01T00:00:00Z') })
  expect(source.certificates[0]!.fingerprint).toMatch(/^[0-9a-f]{64}$/)
})

test('a list with one entity in it is that entity', () => {
  expect(readSamlSource(`<md:EntitiesDescriptor xmlns:md="${names}:metadata">${good.replace(/^<\?.*\?>\n/, '')}</md:EntitiesDescriptor>`).entityId).toBe(idp)
})

test.each([
  ['nothing', ' ', /There is no metadata/],
  ['a web page', '\n<!DOCTYPE html><html lang="en"><title>Sign in</title></html>', /is a web page/],
  ['a web page without a type', '<html></html>', /is a web page/],
  ['a certificate', certified().pem, /is a certificate/],
  ['JSON', '{"issuer":"x"}', /is no XML/],
  ['a document type', good.replace('<EntityDescriptor', '<!DOCTYPE x [<!ENTITY y "z">]><EntityDescriptor'), /document type/],
  ['broken XML', good.slice(0, -20), /cannot be read/],
  ['other XML', '<feed xmlns="http://www.w3.org/2005/Atom"/>', /not metadata/],
  ['an application', good.replaceAll('IDPSSODescriptor', 'SPSSODescriptor'), /metadata of an application/],
  ['a provider of another protocol', good.replace(`"${names}:protocol"`, '"urn:oasis:names:tc:SAML:1.1:protocol"'), /not describe an identity provider/],
  ['several entities', `<EntitiesDescriptor xmlns="${names}:metadata">${`<EntityDescriptor entityID="a"/>`.repeat(3)}</EntitiesDescriptor>`, /several entities/],
  ['a whole federation', `<EntitiesDescriptor xmlns="${names}:metadata">${`<EntityDescriptor entityID="a"/>`.repeat(9000)}</EntitiesDescriptor>`, /too many elements/],
  ['too much', good + ' '.repeat(10) + '<x/>'.repeat(300_000), /too long/],
  ['no name', good.replace(`entityID="${idp}"`, 'entityID=""'), /entityID/],
  ['no certificate', metadataOf([]), /no certificate/],
  ['a certificate for encryption alone', good.replaceAll('use="signing"', 'use="encryption"'), /no certificate/],
  ['a certificate that is none', good.replace(signer.certificate, 'AAAA'), /no certificate that can be read/],
  ['a weak certificate', metadataOf([weak]), /too weak/],
  ['no address', good.replace(/<SingleSignOnService[^>]*>/, ''), /no address to sign in/],
  ['an address that is a script', good.replace('https://idp.example.com/sso', 'javascript:alert(1)'), /an address that is none/],
  ['an address anybody can read', good.replace('https://idp.example.com/sso', 'http://idp.example.com/sso'), /an address that is none/],
  ['a name that is no URI', good.replace(`entityID="${idp}"`, 'entityID="http://["'), /entityID/],
  ['an end that is no time of the standard', good.replace('<EntityDescriptor', '<EntityDescriptor validUntil="2030"'), /until a time/],
  ['an end that the calendar does not have', good.replace('<EntityDescriptor', '<EntityDescriptor validUntil="2030-02-30T00:00:00Z"'), /until a time/],
  ['an end that is no time', good.replace('<EntityDescriptor', '<EntityDescriptor validUntil="soon"'), /until a time/],
])('%s is refused in words', (_, metadata, words) => {
  expect(wordsOf(() => readSamlSource(metadata))).toMatch(words)
})

test('metadata is fetched, and what comes instead is told', async () => {
  const answering = (status: number) => ({ get: async () => ({ status, headers: {}, body: Buffer.from(good) }) })
  expect(await fetchSamlMetadata(answering(200), 'https://idp.example.com/m')).toBe(good)
  await expect(fetchSamlMetadata(answering(404), 'https://idp.example.com/m')).rejects.toMatchObject({ code: 'invalid-input', message: 'The address answered 404.' })
  await expect(fetchSamlMetadata(answering(302), 'https://idp.example.com/m')).rejects.toThrow(/leads somewhere else/)
  const away = { get: async () => { throw new OutboundFailure('idp.example.com is not on the public network') } }
  await expect(fetchSamlMetadata(away, 'https://idp.example.com/m')).rejects.toThrow('The metadata could not be fetched: idp.example.com is not on the public network.')
})

test('certificates are read in every spelling, each once', () => {
  const one = certified({ kind: 'rsa' })
  const other = certified()
  const der = Buffer.from(one.certificate, 'base64')
  for (const given of [one.pem, one.pem.replaceAll('\n', '\r\n'), one.certificate, one.certificate.replace(/.{64}/g, '$& \n'), der, Buffer.from(one.pem), one.pem + one.pem]) {
    expect(readCertificates(given)).toMatchObject([{ der: one.certificate, subject: 'CN=a test' }])
  }
  expect(readCertificates(`Subject: them\n${one.pem}\nand\n${other.pem}`)).toHaveLength(2)
  const key = one.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
  expect(wordsOf(() => readCertificates(one.pem + key))).toMatch(/private key/)
  expect(wordsOf(() => readCertificates(''))).toMatch(/no certificate in it/)
  expect(wordsOf(() => readCertificates('x'.repeat(70_000)))).toMatch(/too long/)
  expect(wordsOf(() => readCertificates(one.pem.repeat(21)))).toMatch(/more than 20/)
  expect(wordsOf(() => readCertificates(weak.certificate))).toMatch(/too weak/)
})
