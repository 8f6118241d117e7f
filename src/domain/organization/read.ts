// Reads an organization file: the declaration, or every fault in it with its line. It writes nothing and never throws.
import type { Fault } from '../../platform/errors.js'
import { checkGrants } from './application-settings.js'
import { checkTaken, checkUnique, type Complain } from './check-names.js'
import { checkCircles, checkReferences } from './check-references.js'
import { checkClients, checkManagement, checkOrganization, checkPasswordPolicy, checkPeople, checkSecondFactors, checkSupported } from './check-rules.js'
import { declarationSchema, type Declaration } from './declaration.js'
import { checkInside, checkSets } from './iam-check.js'
import { checkTrusted } from './iam-check-trust.js'
import { faultsOf, wording } from './faults.js'
import { checkIssuers } from './issuers.js'
import { spellPath } from './plain-tree.js'
import { fold, listIn, textIn } from './raw.js'
import type { Outside } from './secrets.js'
import { nothingYet, type Snapshot } from './snapshot.js'
import { checkIdentities, checkReadSources, checkSources } from './source-check.js'
import { readYaml, type Tree } from './yaml.js'

export interface ReadOptions extends Outside {
  /** What exists already: the file may name it without declaring it. */
  known?: Snapshot
  /** True when what the file does not name will be deleted, so that its names are free. */
  prune?: boolean
  /** Characters of text beyond which a file is not read. */
  maxLength?: number
}

export interface ReadResult {
  /** Absent where there is any fault. */
  declaration?: Declaration
  /** Every fault, by line. */
  faults: Fault[]
}

const fiveMegabytes = 5 * 1024 * 1024

/** Reads an organization file; either `faults` is empty or `declaration` is absent. */
export function readOrganizationFile(text: string, options: ReadOptions): ReadResult {
  const { maxLength = fiveMegabytes } = options
  if (text.length > maxLength) return { faults: [{ path: '', message: `is larger than ${Math.floor(maxLength / 1024 / 1024)} MB`, line: 1 }] }
  const tree = readYaml(text)
  if (tree.value === undefined) return { faults: sorted(tree.faults) }
  if (typeof tree.value !== 'object' || tree.value === null || Array.isArray(tree.value)) {
    return { faults: sorted([...tree.faults, { path: '', message: 'must be a map that begins with a key such as organization:', line: 1 }]) }
  }
  const shape = declarationSchema(options).safeParse(tree.value, { error: wording })
  const faults = [...tree.faults, ...(shape.success ? [] : faultsOf(shape.error.issues, tree.lineOf)), ...crossFaults(tree, options, shape.data)]
  return faults.length === 0 && shape.success ? { declaration: shape.data, faults } : { faults: sorted(faults) }
}

function crossFaults(tree: Tree, { known = nothingYet(), prune = false }: ReadOptions, declaration: Declaration | undefined): Fault[] {
  const faults: Fault[] = []
  const complain: Complain = (path, message) => faults.push({ path: spellPath(path), message, line: tree.lineOf(path) })
  const raw = tree.value
  checkOrganization(raw, known, complain)
  checkSecondFactors(raw, known, complain)
  checkManagement(raw, known, complain)
  checkSupported(raw, complain)
  checkUnique(raw, complain)
  if (!prune) checkTaken(raw, known, complain)
  checkPeople(raw, known, complain)
  checkPasswordPolicy(raw, complain)
  checkReferences(raw, known, complain)
  checkCircles(raw, known, complain)
  checkClients(raw, known, complain)
  checkIssuers(raw, known.trustedTokenIssuers, complain)
  checkGrants(raw, new Set([...known.trustedTokenIssuers.map(({ name }) => name), ...listIn(raw, 'trustedTokenIssuers').map((issuer) => textIn(issuer, 'name') ?? '')].map(fold)), complain)
  checkInside(raw, known, complain)
  checkTrusted(raw, known, prune, complain)
  checkSets(raw, complain)
  checkSources(raw, known, prune, complain)
  checkIdentities(raw, known, prune, complain)
  if (declaration) checkReadSources(declaration, known, complain)
  return faults
}

const sorted = (faults: Fault[]): Fault[] => faults.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0))
