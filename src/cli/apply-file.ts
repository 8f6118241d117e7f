// Reads an organization file and applies it to open stores, as `start` does before it serves.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { PasswordHashes } from '../domain/authentication/index.js'
import { applyOrganization, printFaults, readOrganizationFile, readSnapshot, type Change } from '../domain/organization/index.js'
import type { Clock } from '../platform/clock.js'
import { Refusal } from '../platform/errors.js'
import type { Database } from '../platform/storage/database.js'

interface ApplyFileOptions {
  database: Database
  hashes: PasswordHashes
  clock: Clock
  region: string
  text: string
  /** The file's name, for its faults. */
  name: string
  /** Where the files that it refers to lie. */
  folder: string
  env: Record<string, string | undefined>
  by: string
}

/** Applies a file; refuses with every fault in it. */
export async function applyFile({ database, hashes, text, name, folder, env, ...options }: ApplyFileOptions): Promise<Change[]> {
  const current = await readSnapshot(database, hashes)
  const { declaration, faults } = readOrganizationFile(text, { env, readFile: (path: string) => readFileSync(resolve(folder, path), 'utf8'), known: current })
  if (!declaration) throw new Refusal('invalid-input', printFaults(name, faults), { faults })
  return applyOrganization(database, declaration, { ...options, hashes })
}
