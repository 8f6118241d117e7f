// samlify as a second opinion on signatures: nothing is believed here that it does not hold for signed, and it reads the same in it.
// It does not look at times, addresses and audiences; and it takes what a message says of its certificate, which counts for nothing here.
import fc from 'fast-check'
import samlify from 'samlify'
import { SamlRefusal, SamlResponse } from '../../../src/domain/federation/index.js'
import { mutated, respelled } from '../../support/saml-mutations.js'
import { addresses, good, metadataOfPartner, now, theirs, words } from '../../support/saml-partner.js'
import { base64, idp, signed } from '../../support/saml.js'

const messages = [good(), signed(words(), theirs, { what: 'Response' }), signed(good(), theirs, { what: 'Response' })]
const provider = samlify.IdentityProvider({ metadata: metadataOfPartner })

/** Who the message is about, where we believe it. */
function believed(xml: string): string | undefined {
  try {
    return SamlResponse.open(base64(xml)).prove({ issuer: idp, keys: [theirs.publicKey], audiences: [addresses.entityId], recipient: addresses.acs, inResponseTo: '_q1', now }).subject.nameId
  } catch (error) {
    if (error instanceof SamlRefusal) return undefined
    throw error
  }
}

/** The assertion that samlify holds for signed. */
const verified = (xml: string): [boolean, string | null] =>
  samlify.SamlLib.verifySignature(xml.replaceAll(/<ds:KeyInfo[\s>][\s\S]*?<\/ds:KeyInfo>/g, ''), { metadata: provider.entityMeta, signatureAlgorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256' })

test.each(messages.map((xml, index) => [index, xml]))('both believe what is signed (%s)', (_, xml) => {
  expect([believed(xml), verified(xml)[0], verified(xml)[1]]).toEqual(['jane', true, expect.stringContaining('>jane</')])
})

test.each([['changed', mutated(messages)], ['spelled otherwise', respelled(messages)]])('whatever is %s in a message, samlify believes what is still believed here, and reads the same', (_, changed) => {
  fc.assert(fc.property(changed, (xml) => {
    const name = believed(xml)
    if (name !== undefined) expect([name, verified(xml)]).toEqual(['jane', [true, expect.stringContaining('>jane</')]])
  }), { numRuns: 300 })
})
