// The limit of a password sign-in: verifications by bcrypt, one after another. `/?seconds=2` answers how many.
import { createServer } from 'node:http'
import bcrypt from 'bcrypt'

const password = 'a-password-of-a-person-measured-by-the-bench'
const hash = bcrypt.hashSync(password, 10)

async function verify(seconds: number): Promise<{ count: number; seconds: number }> {
  const started = performance.now()
  const elapsed = (): number => (performance.now() - started) / 1000
  let count = 0
  while (elapsed() < seconds) {
    await bcrypt.compare(password, hash)
    count += 1
  }
  return { count, seconds: elapsed() }
}

createServer(async (request, response) => {
  const seconds = Number(new URL(request.url!, 'http://localhost').searchParams.get('seconds') ?? 0)
  response.end(JSON.stringify(await verify(seconds)))
}).listen(Number(process.env.PORT), 'localhost')
