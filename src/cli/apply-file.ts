// Reads an organization file against what the stores hold, and applies it, as `apply` and `start` do.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { PasswordHashes } from '../domain/authentication/index.js'
import { applyOrganization, printFaults, readOrganization, readOrganizationFile, type ApplyOptions, type Change, type Declaration, type Stored } from '../domain/organization/index.js'
import type { Clock } from '../platform/clock.js'
import { Refusal } from '../platform/errors.js'
import type { MailQueue } from '../platform/mail/index.js'
import type { Database } from '../platform/storage/database.js'

interface FileOptions {
  database: Database
  hashes: PasswordHashes
  sealer: NonNullable<ApplyOptions['sealer']>
  text: string
  /** The file's name, for its faults. */
  name: string
  /** Where the files that it refers to lie. */
  folder: string
  env: Record<string, string | undefined>
  /** Deletes what the file does not name, in the sections that it has. */
  prune?: boolean
}

interface ApplyFileOptions extends FileOptions {
  clock: Clock
  region: string
  by: string
  mail: MailQueue
}

// The operator's own file, on the operator's own machine, may declare a hundred thousand people.
const longestFile = 64 * 1024 * 1024

/** Reads a file; refuses with every fault in it. */
export async function readFile({ database, hashes, sealer, text, name, folder, env, prune }: FileOptions): Promise<{ declaration: Declaration; current: Stored }> {
  const current = await readOrganization(database, hashes, sealer)
  const { declaration, faults } = readOrganizationFile(text, { env, readFile: (path: string) => readFileSync(resolve(folder, path)), known: current.snapshot, prune, maxLength: longestFile })
  if (!declaration) throw new Refusal('invalid-input', printFaults(name, faults), { faults })
  return { declaration, current }
}

/** Applies a file; refuses with every fault in it. */
export async function applyFile(options: ApplyFileOptions): Promise<Change[]> {
  const { declaration } = await readFile(options)
  return applyOrganization(options.database, declaration, options)
}
