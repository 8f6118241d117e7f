// PATCH (RFC 7644 section 3.5.2), and what directories make of it: operations in any case, values without a path whose names
// are paths themselves, removals that list what goes. What comes out is read like any other body afterwards.
import { invalid } from './errors.js'
import { changeAttribute, type Change } from './patch-attribute.js'
import { findTarget, getTarget, type Path } from './paths.js'
import { urns, type ResourceSchema } from './schema.js'
import { isObject, type Value } from './values.js'

export interface PatchOperation {
  op: 'add' | 'replace' | 'remove'
  path: string | undefined
  value: unknown
}

const mostOperations = 1000

/** Reads the body of a PATCH. */
export function readPatch(body: Value): PatchOperation[] {
  const find = (from: Value, name: string): unknown => Object.entries(from).find(([key]) => key.toLowerCase() === name)?.[1]
  const schemas = find(body, 'schemas')
  if (!Array.isArray(schemas) || !schemas.includes(urns.patch)) throw invalid('invalidSyntax', `A PATCH has the schema ${urns.patch}.`)
  const operations = find(body, 'operations')
  if (!Array.isArray(operations) || operations.length === 0) throw invalid('invalidSyntax', 'A PATCH has Operations.')
  if (operations.length > mostOperations) throw invalid('tooMany', `A PATCH has at most ${mostOperations} operations.`)
  return (operations as unknown[]).map((operation) => {
    if (!isObject(operation)) throw invalid('invalidSyntax', 'Every operation is a structure.')
    const op = String(find(operation, 'op')).toLowerCase()
    const path = find(operation, 'path') ?? undefined
    if (op !== 'add' && op !== 'replace' && op !== 'remove') throw invalid('invalidSyntax', 'An operation is add, replace or remove.')
    if (path !== undefined && typeof path !== 'string') throw invalid('invalidPath', 'A path is text.')
    const value = find(operation, 'value')
    if (op === 'remove' && path === undefined) throw invalid('noTarget', 'What is removed is named by a path.')
    if (op !== 'remove' && value === undefined) throw invalid('invalidValue', `What is to ${op} is missing: there is no value.`)
    return { op, path: path || undefined, value }
  })
}

/** Changes a resource, and returns what it becomes. */
export function applyPatch(resource: Value, operations: readonly PatchOperation[], schema: ResourceSchema): Value {
  const changed = structuredClone(resource)
  for (const { op, path, value } of operations) {
    if (path === undefined) mergeAll(changed, op, value, schema)
    else applyAt(changed, path, { op, value }, schema)
  }
  return changed
}

/** Reads a whole resource as a client writes it. */
export const readResource = (body: Value, schema: ResourceSchema): Value => applyPatch({}, [{ op: 'add', path: undefined, value: body }], schema)

function applyAt(resource: Value, path: string, change: Change, schema: ResourceSchema): void {
  const target = getTarget(path, schema)
  if (target.kind === 'unkept') return
  if (target.kind === 'attribute') {
    checkWritable(target.path)
    return put(resource, target.path, change)
  }
  if (change.op === 'remove') delete resource.enterprise
  else mergeExtension(resource, change, schema)
}

function checkWritable({ attribute, part }: Path): void {
  if (attribute.readOnly || part?.readOnly) throw invalid('mutability', `${[attribute.name, part?.name].filter(Boolean).join('.')} cannot be changed.`)
}

function put(resource: Value, path: Path, change: Change): void {
  const place = path.isExtension ? (resource.enterprise ??= {}) as Value : resource
  changeAttribute(place, path, change)
  if (path.isExtension && Object.keys(place).length === 0) delete resource.enterprise
}

/** A value without a path: each of its names is one. What cannot be changed or is not kept here is no fault of whoever sends it along. */
function mergeAll(resource: Value, op: PatchOperation['op'], value: unknown, schema: ResourceSchema): void {
  if (!isObject(value)) throw invalid('invalidValue', 'Without a path, the value is a structure of attributes.')
  for (const [name, part] of Object.entries(value)) {
    if (name.toLowerCase() === 'schemas') continue
    const target = findTarget(name, schema)
    if (target?.kind === 'extension') mergeExtension(resource, { op, value: part }, schema)
    else if (target?.kind === 'attribute' && !target.path.attribute.readOnly && !target.path.part?.readOnly) put(resource, target.path, { op, value: part })
  }
}

function mergeExtension(resource: Value, { op, value }: Change, schema: ResourceSchema): void {
  if (value === null) return void delete resource.enterprise
  if (!isObject(value)) throw invalid('invalidValue', 'The extension is a structure of attributes.')
  for (const [name, part] of Object.entries(value)) {
    const target = name.includes(':') ? undefined : findTarget(`${schema.extension!.id}:${name}`, schema)
    if (target?.kind === 'attribute') put(resource, target.path, { op, value: part })
  }
}
