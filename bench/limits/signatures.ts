// The limit of a sign-in by SAML: the library for signatures alone finds the one in a message and checks it, and nothing of the
// message is looked at. `/?seconds=2&what=Assertion` answers how often.
import { createServer } from 'node:http'
import { DOMParser } from '@xmldom/xmldom'
import { SignedXml } from 'xml-crypto'
import { kinds, messagesOf, publicKey, repeat } from '../saml-messages.js'

const messages = new Map(kinds.map((what) => [what as string, messagesOf(what)]))

function check(message: string): void {
  const [signature] = new DOMParser().parseFromString(message, 'text/xml').getElementsByTagNameNS('http://www.w3.org/2000/09/xmldsig#', 'Signature')
  const signed = new SignedXml({ publicCert: publicKey, getCertFromKeyInfo: () => null })
  signed.loadSignature(signature as never)
  if (!signed.checkSignature(message)) throw new Error('the signature does not hold')
}

createServer(async (request, response) => {
  const { searchParams } = new URL(request.url!, 'http://localhost')
  response.end(JSON.stringify(await repeat(messages.get(searchParams.get('what') ?? 'Assertion')!, Number(searchParams.get('seconds') ?? 0), check)))
}).listen(Number(process.env.PORT), 'localhost')
