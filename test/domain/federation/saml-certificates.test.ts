// Until when a provider can sign, as its metadata says it.
import { lastCertificateEnd } from '../../../src/domain/federation/index.js'
import { certified } from '../../support/certificates.js'
import { metadataOf } from '../../support/saml.js'

const day = 86_400_000
const at = (days: number): number => Math.floor(Date.now() / 1000) * 1000 + days * day
const ending = (days: number) => certified({ until: at(days) })

test.each<[string, string, number | undefined]>([
  ['one certificate', metadataOf([ending(20)]), at(20)],
  ['the old one and the next: the last counts', metadataOf([ending(5), ending(400)]), at(400)],
  ['one that is over', metadataOf([certified({ from: at(-20), until: at(-10) })]), at(-10)],
  ['one for encryption, which signs nothing', metadataOf([ending(5)]).replace('</KeyDescriptor>', `</KeyDescriptor><KeyDescriptor use="encryption"><X509Certificate>${ending(300).certificate}</X509Certificate></KeyDescriptor>`), at(5)],
  ['one without a purpose, in lines, with another prefix', metadataOf([]).replace('<SingleSignOnService', `<md:KeyDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"><ds:X509Certificate>\n${ending(7).certificate.replace(/.{64}/g, '$&\n')}\n</ds:X509Certificate></md:KeyDescriptor><SingleSignOnService`), at(7)],
  ['one that stands in a comment', metadataOf([ending(5)]).replace('</IDPSSODescriptor>', `<!-- <KeyDescriptor><X509Certificate>${ending(300).certificate}</X509Certificate></KeyDescriptor> --></IDPSSODescriptor>`), at(5)],
  ['what is none', metadataOf([{ certificate: 'bm9uZQ==' }]), undefined],
  ['nothing', '', undefined],
])('%s', (_name, metadata, end) => {
  const found = lastCertificateEnd(metadata)
  if (end === undefined) expect(found).toBeUndefined()
  else expect(Math.abs(found! - end)).toBeLessThan(2000)
})
