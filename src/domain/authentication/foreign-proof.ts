// Verifies a password against a hash of another system. All of it happens off the thread that answers
// requests: scrypt and PBKDF2 in Node's pool, argon2id in a thread of its own.
import { pbkdf2, scrypt, timingSafeEqual } from 'node:crypto'
import { createRequire } from 'node:module'
import { promisify } from 'node:util'
import { Worker } from 'node:worker_threads'
import { hashBounds, type ForeignHash } from './foreign-hashes.js'

const inPool = { pbkdf2: promisify(pbkdf2), scrypt: promisify<string, Buffer, number, object, Buffer>(scrypt) }

/** True when the hash was made from this password, exactly as it is. */
export async function matchesForeign(plain: string, hash: ForeignHash): Promise<boolean> {
  if (hash.kind === 'argon2id') return matchesArgon2id(plain, hash.encoded)
  const { key, salt } = hash
  const made = hash.kind === 'pbkdf2'
    ? await inPool.pbkdf2(plain, salt, hash.iterations, key.length, hash.digest)
    : await inPool.scrypt(plain, salt, key.length, { N: hash.cost, r: hash.blockSize, p: hash.parallel, maxmem: 2 * hashBounds.scryptMemory })
  return timingSafeEqual(made, key)
}

const program = [
  `const { parentPort, workerData } = require('node:worker_threads')`,
  `const proof = require(workerData.library).argon2Verify({ password: workerData.plain, hash: workerData.encoded })`,
  `proof.then((matches) => parentPort.postMessage(matches))`,
].join('\n')

function matchesArgon2id(plain: string, encoded: string): Promise<boolean> {
  // The library takes no empty password, and nobody has one.
  if (plain === '') return Promise.resolve(false)
  const library = createRequire(import.meta.url).resolve('hash-wasm')
  return new Promise((resolve, reject) => {
    const worker = new Worker(program, { eval: true, workerData: { library, plain, encoded } })
    worker.once('message', (matches: boolean) => {
      resolve(matches)
      void worker.terminate()
    })
    worker.once('error', reject)
    worker.once('exit', (code) => reject(new Error(`verifying an argon2id hash ended with ${code}`)))
  })
}
