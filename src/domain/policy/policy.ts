// A policy: read, found to be valid, compiled once. Reading never throws and is bounded in time and memory.
import { printPolicy, type PolicyDocument, type PolicyKind, type PolicyVersion, type StatementDocument } from './document.js'
import { Faults, quoted, type PolicyFault } from './faults.js'
import { JsonFault, readJson, type JsonNode } from './json.js'
import { ceilings, sizeOf } from './limits.js'
import { readStatement } from './read-statement.js'
import { fault, membersOf, wrongType, type Placed, type Reading } from './reading.js'
import { compileStatement, type Statement } from './statement.js'
import { textOf } from './values.js'

/** A valid policy in its compiled form. Immutable; any number of requests may be asked of it. */
export interface Policy {
  readonly kind: PolicyKind
  /** The text it was read from. */
  readonly text: string
  /** Characters of the text, white space not counted. */
  readonly size: number
  readonly document: PolicyDocument
  readonly statements: readonly Statement[]
}

export type PolicyResult = { readonly policy: Policy; readonly faults?: undefined } | { readonly policy?: undefined; readonly faults: readonly PolicyFault[] }

export interface PolicyOptions {
  /** The most characters, white space not counted: one of `policyLimits`, as the place of the document has it. */
  readonly characters?: number
}

/** Reads a policy from JSON text, or from a value that JSON could have made. Answers all faults, each with its mend. */
export function parsePolicy(source: unknown, kind: PolicyKind, { characters = ceilings.text }: PolicyOptions = {}): PolicyResult {
  const faults = new Faults(ceilings.faults)
  const text = textOf(source, faults)
  if (text === undefined) return { faults: faults.list }
  checkSize(text, characters, faults)
  const root = faults.list.length === 0 ? jsonOf(text, faults) : undefined
  const document = root && readDocument(root, kind, faults)
  if (!document || faults.list.length > 0) return { faults: typeof source === 'string' ? faults.list : faults.list.map(withoutLine) }
  const statements = Object.freeze(document.statements.map((statement, index) => compileStatement(statement, index, document.version)))
  return { policy: Object.freeze({ kind, text, size: sizeOf(text), document, statements }) }
}

/** Compiles a document that this room printed or made. */
export function policyOf(document: PolicyDocument, kind: PolicyKind): PolicyResult {
  return parsePolicy(printPolicy(document), kind)
}

const withoutLine = ({ path, code, problem, mend }: PolicyFault): PolicyFault => ({ path, code, problem, mend })

function checkSize(text: string, characters: number, faults: Faults): void {
  const [size, most] = text.length > ceilings.text ? [text.length, ceilings.text] : [sizeOf(text), characters]
  if (size <= most) return
  faults.add({ path: '', code: 'too-large', problem: `The document has ${size} characters; here it may have ${most}${most === characters ? ', white space not counted' : ''}.`, mend: 'Shorten it with wildcards, or spread it over several policies.' })
}

function jsonOf(text: string, faults: Faults): JsonNode | undefined {
  try {
    return readJson(text)
  } catch (cause) {
    if (!(cause instanceof JsonFault)) throw cause
    const mend = cause.code === 'too-deep' ? 'A policy needs no more than six levels.' : 'Mend the text there.'
    return fault(faults, { path: '', line: cause.line }, cause.code, `The text ${cause.message}.`, mend)
  }
}

function readDocument(root: JsonNode, kind: PolicyKind, faults: Faults): PolicyDocument | undefined {
  const place = { value: root, path: '', line: root.line }
  if (root.kind !== 'object') return wrongType(faults, place, 'an object with Version and Statement')
  const elements = membersOf(root, '', faults, ['Version', 'Id', 'Statement'])
  const version = readVersion(elements.get('Version'), faults)
  const id = readId(elements.get('Id'), faults)
  const statements = readStatements(elements.get('Statement'), { kind, version, faults })
  return { version, ...(id === undefined ? {} : { id }), statements }
}

function readVersion(found: Placed<JsonNode> | undefined, faults: Faults): PolicyVersion {
  if (!found) return '2008-10-17'
  const text = found.value.kind === 'string' ? found.value.text : wrongType(faults, found, '"2012-10-17"')
  if (text === '2012-10-17' || text === '2008-10-17') return text
  if (text !== undefined) fault(faults, found, 'unknown-version', `${quoted(text)} is no version of the policy language.`, 'Write "2012-10-17"; it is not the date of the document.')
  return '2012-10-17'
}

function readId(found: Placed<JsonNode> | undefined, faults: Faults): string | undefined {
  if (!found) return undefined
  return found.value.kind === 'string' ? found.value.text : wrongType(faults, found, 'text')
}

function readStatements(found: Placed<JsonNode> | undefined, reading: Reading): StatementDocument[] {
  const { faults } = reading
  if (!found) return fault(faults, { path: 'Statement', line: 1 }, 'missing-statement', 'The document has no Statement.', 'Add "Statement" with at least one statement.') ?? []
  const { value } = found
  const nodes = value.kind === 'array' ? value.items.map((item, index) => ({ value: item, path: `Statement[${index}]`, line: item.line })) : [found]
  if (nodes.length === 0) fault(faults, found, 'missing-statement', 'The list of statements is empty.', 'Add at least one statement.')
  if (nodes.length > ceilings.statements) return fault(faults, found, 'too-many-statements', `There are ${nodes.length} statements; there may be ${ceilings.statements}.`, 'Join statements that differ only in actions or resources.') ?? []
  const statements = nodes.flatMap((node) => (faults.isFull ? [] : readStatement(node, reading) ?? []))
  checkSids(nodes, faults)
  return statements
}

function checkSids(nodes: readonly Placed<JsonNode>[], faults: Faults): void {
  const seen = new Set<string>()
  for (const { value, path } of nodes) {
    const sid = value.kind === 'object' ? value.members.find(({ key }) => key === 'Sid') : undefined
    if (sid?.value.kind !== 'string' || sid.value.text === '') continue
    if (seen.has(sid.value.text)) fault(faults, { path: `${path}.Sid`, line: sid.line }, 'duplicate-sid', `${quoted(sid.value.text)} names two statements.`, 'Give each statement a name of its own, or none.')
    seen.add(sid.value.text)
  }
}
