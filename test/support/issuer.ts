// An OpenID Connect issuer on this machine, whose keys, answers and moods a test decides.
import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT, type JWK, type JWTPayload } from 'jose'

interface Key {
  kid: string
  alg: string
  sign: CryptoKey
  published: JWK
}

/** Starts an issuer at `http://localhost:PORT`, under a path where one is given. */
export async function startIssuer(path = '') {
  const keys: Key[] = []
  const seen: string[] = []
  const mood = { answer: undefined as ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined, configuration: {} as object }
  const addKey = async (alg = 'ES256'): Promise<Key> => {
    const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true })
    const kid = randomUUID()
    const key = { kid, alg, sign: privateKey, published: { ...await exportJWK(publicKey), kid, alg, use: 'sig' } }
    keys.push(key)
    return key
  }
  await addKey()
  const server = createServer((request, response) => {
    seen.push(request.url ?? '')
    if (mood.answer?.(request, response)) return
    const found = { [`${path}/.well-known/openid-configuration`]: { issuer, jwks_uri: `${issuer}/keys`, ...mood.configuration }, [`${path}/keys`]: { keys: keys.map(({ published }) => published) } }[request.url ?? '']
    response.writeHead(found ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(found ?? {}))
  })
  await new Promise<void>((resolve) => { server.listen(0, 'localhost', resolve) })
  const host = `localhost:${(server.address() as AddressInfo).port}`
  const issuer = `http://${host}${path}`
  return {
    issuer, keys, seen, mood, addKey,
    /** What an account calls it. */
    name: `${host}${path}`,
    /** Issues a token; claims that are undefined are left out. */
    token: (claims: JWTPayload & Record<string, unknown> = {}, { key = keys[0]!, now = Date.now(), life = 300 }: { key?: Pick<Key, 'alg' | 'sign'> & { kid?: string | undefined }; now?: number; life?: number } = {}) => {
      const iat = Math.floor(now / 1000)
      return new SignJWT({ iss: issuer, sub: 'repo:acme/app', aud: 'sts', iat, exp: iat + life, ...claims }).setProtectedHeader({ alg: key.alg, ...(key.kid !== undefined && { kid: key.kid }) }).sign(key.sign)
    },
    stop: () => new Promise((resolve) => {
      server.closeAllConnections()
      server.close(resolve)
    }),
  }
}
