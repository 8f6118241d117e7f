// A program that finishes sign-ins with SAML responses, one after another. `/?seconds=2&what=Assertion` answers how many it did
// whose assertion was signed.
import { createServer } from 'node:http'
import { ExternalSteps, SamlServiceProvider } from '../src/domain/federation/index.js'
import { signerOf } from '../test/support/saml.js'
import { audience, certificates, connection, kinds, messagesOf, recipient, repeat, requestId } from './saml-messages.js'

const ours = signerOf()
const provider = new SamlServiceProvider({
  keys: { get: async () => ({ signing: ours, encryption: ours }) },
  // Used up in a store, which is measured with the sign-ins.
  assertions: { redeem: async () => undefined },
  clock: Date.now,
})
const fields = new Map(kinds.map((what) => [what as string, messagesOf(what).map((message) => Buffer.from(message).toString('base64'))]))
const finish = (base64: string) => provider.finish(connection, { base64, requestId, certificates, audience, recipient }, new ExternalSteps())

createServer(async (request, response) => {
  const { searchParams } = new URL(request.url!, 'http://localhost')
  response.end(JSON.stringify(await repeat(fields.get(searchParams.get('what') ?? 'Assertion')!, Number(searchParams.get('seconds') ?? 0), finish)))
}).listen(Number(process.env.PORT), 'localhost')
