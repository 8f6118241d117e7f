// A service that is not Gatehouse's, for callers with credentials that are: it asks who signed each request, and whether they may.
import { createHash, createHmac } from 'node:crypto'
import { createServer } from 'node:http'

const { GATEHOUSE, ACCESS_KEY_ID, SECRET_ACCESS_KEY, HOST = 'localhost:8090' } = process.env
const sha256 = (data) => createHash('sha256').update(data).digest('hex')
const hmac = (key, text) => createHmac('sha256', key).update(text).digest()

async function ask(question) {
  const [url, body, date] = [new URL('/credentials/introspect', GATEHOUSE), JSON.stringify(question), new Date().toISOString().replace(/[-:]|\.\d+/g, '')]
  const scope = `${date.slice(0, 8)}/us-east-1/gatehouse/aws4_request`
  const canonical = `POST\n${url.pathname}\n\nhost:${url.host}\nx-amz-date:${date}\n\nhost;x-amz-date\n${sha256(body)}`
  const key = scope.split('/').reduce((above, part) => hmac(above, part), `AWS4${SECRET_ACCESS_KEY}`)
  const signature = hmac(key, `AWS4-HMAC-SHA256\n${date}\n${scope}\n${sha256(canonical)}`).toString('hex')
  const authorization = `AWS4-HMAC-SHA256 Credential=${ACCESS_KEY_ID}/${scope}, SignedHeaders=host;x-amz-date, Signature=${signature}`
  return (await fetch(url, { method: 'POST', body, headers: { authorization, 'x-amz-date': date } })).json()
}

createServer(async (request, response) => {
  const { method, url, headers } = request
  if (headers.host !== HOST) return response.writeHead(421).end('Signed for another host.\n')
  const parts = []
  for await (const part of request) parts.push(part)
  const question = { service: 'notes', request: { method, url, headers, bodyHash: sha256(Buffer.concat(parts)) }, decide: [{ action: 'notes:Read', resource: '*' }] }
  const { active, principal, decisions, message = 'Not allowed.' } = await ask(question)
  const isAllowed = active && decisions[0].allowed
  response.writeHead(isAllowed ? 200 : 403).end(isAllowed ? `Hello ${principal.arn}\n` : `${message}\n`)
}).listen(new URL(`http://${HOST}`).port, new URL(`http://${HOST}`).hostname, () => process.stdout.write('ready\n'))
