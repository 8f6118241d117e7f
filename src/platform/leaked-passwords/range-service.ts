// A service that is asked for five digits of a hash and answers with the rest of all that begin so: it does not
// learn which was meant.

const patience = 2_000
const longestAnswer = 1024 * 1024
const prefix = 5

/** True when the service at an address ending in `/` knows a hash (upper case, hexadecimal). */
export async function hasRemotely(service: URL, hash: string): Promise<boolean> {
  const response = await fetch(new URL(hash.slice(0, prefix), service), {
    // Lines that stand for nothing hide how many there are from whoever listens.
    headers: { 'Add-Padding': 'true', 'User-Agent': 'Gatehouse' },
    redirect: 'error',
    signal: AbortSignal.timeout(patience),
  })
  if (response.status !== 200) {
    await response.body?.cancel()
    throw new Error(`the service for leaked passwords answered ${response.status}`)
  }
  const rest = hash.slice(prefix)
  return (await textOf(response)).split('\n').some((line) => {
    const [suffix = '', seen = '1'] = line.trim().toUpperCase().split(':')
    return suffix === rest && Number(seen) > 0
  })
}

async function textOf(response: Response): Promise<string> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of response.body ?? []) {
    parts.push(part as Uint8Array)
    length += (part as Uint8Array).length
    if (length > longestAnswer) throw new Error('the service for leaked passwords answered more than is sensible')
  }
  return Buffer.concat(parts).toString('latin1')
}
