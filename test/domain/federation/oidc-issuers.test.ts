import { OidcIssuers } from '../../../src/domain/federation/oidc-issuers.js'

const issuer = 'https://issuer.example.com/tenant/'
const proper = { issuer, authorization_endpoint: `${issuer}authorize`, token_endpoint: `${issuer}token`, jwks_uri: `${issuer}keys` }

function issuersSaying(document: object) {
  const asked: string[] = []
  const get = async (address: string | URL) => {
    asked.push(String(address))
    return { status: 200, headers: {}, body: Buffer.from(JSON.stringify(document)) }
  }
  return { asked, issuers: new OidcIssuers({ outbound: { get }, clock: () => 0 }) }
}

test('an issuer is looked up below its own path', async () => {
  const { issuers, asked } = issuersSaying(proper)
  expect(await issuers.get(issuer)).toEqual(proper)
  expect(asked).toEqual(['https://issuer.example.com/tenant/.well-known/openid-configuration'])
})

test('an issuer that is named without its slash is another', async () => {
  await expect(issuersSaying(proper).issuers.get(issuer.slice(0, -1))).rejects.toMatchObject({ reason: 'issuer-mismatch', message: expect.stringContaining(issuer) })
})

test.each(['authorization_endpoint', 'token_endpoint', 'jwks_uri', 'userinfo_endpoint'])('a secure issuer has no %s in the clear', async (name) => {
  await expect(issuersSaying({ ...proper, [name]: 'http://issuer.example.com/' }).issuers.get(issuer)).rejects.toMatchObject({ reason: 'issuer-malformed', message: expect.stringContaining(name) })
})
