// Measures whether the time of an answer tells who exists: `npm run build`, then
// `node scripts/measure-sign-in.js URL KNOWN_NAME [TRIES]` against a server of your own, with X-Forwarded-For
// trusted (TRUSTED_PROXIES=127.0.0.1,::1) so that no try is slowed down for the one before.
const [url = 'http://localhost:8080', known = 'jane', tries = '200'] = process.argv.slice(2)

async function step(jar, address, target, fields) {
  const response = await fetch(new URL(target, url), {
    method: fields ? 'POST' : 'GET', redirect: 'manual',
    headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; '), 'x-forwarded-for': address, ...(fields && { 'content-type': 'application/x-www-form-urlencoded', origin: new URL(url).origin }) },
    ...(fields && { body: new URLSearchParams(fields).toString() }),
  })
  for (const line of response.headers.getSetCookie()) {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)
    jar.set(name, value)
  }
  return { status: response.status, location: response.headers.get('location'), text: await response.text() }
}

async function follow(jar, address, target, fields) {
  let answer = await step(jar, address, target, fields)
  let at = target
  while (answer.location) {
    at = new URL(answer.location, url).href
    answer = await step(jar, address, at)
  }
  return { at, csrf: /name="csrf" value="([^"]+)"/.exec(answer.text)?.[1] }
}

async function measure(userName, index) {
  const jar = new Map()
  const address = `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`
  const first = await follow(jar, address, '/start/')
  const second = await follow(jar, address, first.at, { csrf: first.csrf, userName })
  const started = process.hrtime.bigint()
  const { status } = await step(jar, address, second.at, { csrf: second.csrf, password: 'Not-the-password-1' })
  if (status !== 401) throw new Error(`expected 401, not ${status}`)
  return Number(process.hrtime.bigint() - started) / 1e6
}

const median = (times) => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)]

/** Mann-Whitney U as a standard score: beyond 2.58 the two differ with p < 0.01. */
function score(left, right) {
  const all = [...left.map((time) => ({ time, left: true })), ...right.map((time) => ({ time, left: false }))].toSorted((a, b) => a.time - b.time)
  const ranks = all.reduce((sum, { left: isLeft }, index) => sum + (isLeft ? index + 1 : 0), 0)
  const [n, m] = [left.length, right.length]
  return (ranks - n * (n + 1) / 2 - n * m / 2) / Math.sqrt(n * m * (n + m + 1) / 12)
}

const times = { known: [], unknown: [] }
for (let index = 0; index < Number(tries); index += 1) {
  times.known.push(await measure(known, index * 2 + 1))
  times.unknown.push(await measure(`nobody-${index}`, index * 2 + 2))
}
console.log(`known ${median(times.known).toFixed(1)} ms, unknown ${median(times.unknown).toFixed(1)} ms, standard score ${score(times.known, times.unknown).toFixed(2)}`)
