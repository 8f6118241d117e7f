// Measures whether the answer to a wrong password, or the time it takes, tells who exists: after `npm run build`,
//   node scripts/measure-sign-in.js --people > people.yaml
//   TRUSTED_PROXIES=127.0.0.1,::1 node dist/program/gatehouse.js start --organization people.yaml
//   node scripts/measure-sign-in.js [URL] [TRIES]
// Every try comes from another address and the tries at one name stay below its limit, so that none has to wait.
const kinds = ['unknown', 'wrong', 'disabled', 'no-password']
const namesOfKind = 8
const longestOfName = 40
const nameOf = (kind, index) => `${kind.padEnd(12, '-')}${String(kind === 'unknown' ? index : index % namesOfKind).padStart(4, '0')}`

if (process.argv.includes('--people')) {
  const people = (kind, rest) => Array.from({ length: namesOfKind }, (_, index) => `  - { userName: ${nameOf(kind, index)}, emails: [{ value: ${nameOf(kind, index)}@example.com }]${rest} }`)
  console.log([
    'organization: { name: Measured }', 'accounts:', '  - { id: "111122223333", name: Management, email: root@example.com, management: true }', 'users:',
    ...people('wrong', ', password: A-word-to-try-7'), ...people('disabled', ', active: false, password: A-word-to-try-7'), ...people('no-password', ''),
  ].join('\n'))
  process.exit()
}
const [url = 'http://localhost:8080', tries = '200'] = process.argv.slice(2)
if (Number(tries) > namesOfKind * longestOfName) throw new Error(`at most ${namesOfKind * longestOfName} tries`)

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
  const address = `10.${(index >> 8) & 255}.${index & 255}.1`
  const first = await follow(jar, address, '/start/')
  const second = await follow(jar, address, first.at, { csrf: first.csrf, userName })
  const started = process.hrtime.bigint()
  const { status, text } = await step(jar, address, second.at, { csrf: second.csrf, password: 'Not-the-password-1' })
  const time = Number(process.hrtime.bigint() - started) / 1e6
  // What differs from one sign-in to the next, whoever it is.
  const answer = text.replaceAll(second.csrf, '').replace(/name="csrf" value="[^"]+"/, '').replaceAll(/\/signin\/[^/"]+/g, '').replaceAll(userName, '')
  return { time, answer: `${status} ${answer}` }
}

const median = (times) => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)]

/** Mann-Whitney: how likely two so different are of one kind, two-sided, by the normal approximation. */
function likelihood(left, right) {
  const all = [...left.map((time) => ({ time, left: true })), ...right.map((time) => ({ time, left: false }))].toSorted((a, b) => a.time - b.time)
  const ranks = all.reduce((sum, { left: isLeft }, index) => sum + (isLeft ? index + 1 : 0), 0)
  const [n, m] = [left.length, right.length]
  const score = Math.abs(ranks - n * (n + 1) / 2 - n * m / 2) / Math.sqrt(n * m * (n + m + 1) / 12)
  return beyond(score)
}

/** Two-sided tail of the normal distribution (Abramowitz and Stegun 26.2.17). */
function beyond(score) {
  const t = 1 / (1 + 0.2316419 * score)
  const density = Math.exp(-score * score / 2) / Math.sqrt(2 * Math.PI)
  return 2 * density * t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
}

const times = Object.fromEntries(kinds.map((kind) => [kind, []]))
const answers = new Set()
for (let index = 0; index < Number(tries); index += 1) {
  // Each kind comes first as often as the others.
  for (let at = 0; at < kinds.length; at += 1) {
    const kind = kinds[(at + index) % kinds.length]
    const { time, answer } = await measure(nameOf(kind, index), index * kinds.length + at)
    times[kind].push(time)
    answers.add(answer)
  }
}
console.log(`${tries} tries of each kind; the answers are ${answers.size === 1 ? 'all the same' : `of ${answers.size} kinds`}`)
for (const kind of kinds) {
  const difference = median(times[kind]) - median(times.unknown)
  console.log(`${kind.padEnd(12)} median ${median(times[kind]).toFixed(1)} ms${kind === 'unknown' ? '' : `, ${difference >= 0 ? '+' : ''}${difference.toFixed(1)} ms, Mann-Whitney p ${likelihood(times[kind], times.unknown).toFixed(3)}`}`)
}
process.exitCode = answers.size === 1 ? 0 : 1
