// Sign-ins by SAML on one core, from the field of the form to who it is, against the library that checks the same signatures and
// nothing else.
import { freePort } from '../../test/support/servers.js'
import { Program } from '../program.js'
import { against, measure, type Contestant, type Done } from '../rounds.js'
import type { Scenario } from '../run.js'
import { kinds } from '../saml-messages.js'

const signedPart = { Assertion: 'assertion signed', Response: 'response signed' }

export const saml: Scenario = async () => {
  const [ours, library] = [await Program.start({ run: ['bench/responses.js'], port: await freePort() }), await Program.start({ run: ['bench/limits/signatures.js'], port: await freePort() })]
  const contestant = (program: Program, name: string, what: string): Contestant => ({
    name, stores: '', program, load: async (seconds) => (await fetch(`${program.origin}/?seconds=${seconds}&what=${what}`)).json() as Promise<Done>,
  })
  const pairs = kinds.map((what) => ({ limit: contestant(library, 'xml-crypto alone', what), our: contestant(ours, `SAML responses, ${signedPart[what]}`, what) }))
  const all = await measure(pairs.flatMap(({ limit, our }) => [limit, our]))
  await Promise.all([ours.stop(), library.stop()])
  return pairs.map(({ limit, our }) => against(limit, our, all, 0.7))
}
