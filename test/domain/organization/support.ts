// Organizations for the tests of this room.
import { readFileSync } from 'node:fs'
import { readOrganizationFile, type ReadOptions } from '../../../src/domain/organization/read.js'

export const outside: ReadOptions = {
  env: {},
  // The files beside the demo, and no others.
  readFile: (path) => readFileSync(`config/${path}`),
}

/** Reads a file that has no faults, or throws them. */
export function declared(text: string, options: Partial<ReadOptions> = {}) {
  const { declaration, faults } = readOrganizationFile(text, { ...outside, ...options })
  if (!declaration) throw new Error(JSON.stringify(faults, undefined, 2))
  return declaration
}

/** The faults of a file as `line path: message`. */
export const faultsIn = (text: string, options: Partial<ReadOptions> = {}): string[] =>
  readOrganizationFile(text, { ...outside, ...options }).faults.map(({ line, path, message }) => `${line} ${path}: ${message}`)

/** The least that every file needs, on the first four lines. */
export const head = `organization: { name: Example }
accounts:
  - { id: "111122223333", name: Management, email: root@example.com, management: true }
  - { id: "444455556666", name: Shop, email: shop@example.com }
`
