// Reads one statement. Every element is looked at, so that all its faults are told at once.
import type { StatementDocument } from './document.js'
import { quoted } from './faults.js'
import type { JsonNode } from './json.js'
import { readActions } from './read-actions.js'
import { readConditions } from './read-conditions.js'
import { readPrincipals } from './read-principals.js'
import { readResources } from './read-resources.js'
import { child, fault, membersOf, wrongType, type Elements, type Place, type Placed, type Reading } from './reading.js'

const known = ['Sid', 'Effect', 'Principal', 'NotPrincipal', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition']

/** Reads a statement; undefined where faults keep it from being one. */
export function readStatement(node: Placed<JsonNode>, reading: Reading): StatementDocument | undefined {
  const { faults } = reading
  if (node.value.kind !== 'object') return wrongType(faults, node, 'an object with Effect, Action and what else belongs to a statement')
  const elements = membersOf(node.value, node.path, faults, known)
  const place = { path: node.path, line: node.value.line }
  const sid = readSid(elements, reading)
  const effect = readEffect(elements, place, reading)
  const principals = readPrincipals(elements, place, reading, effect)
  const actions = readActions(elements, place, reading)
  const resources = readResources(elements, place, reading)
  const conditions = readConditions(elements, reading)
  if (!effect || !actions) return undefined
  return { ...(sid === undefined ? {} : { sid }), effect, ...(principals ? { principals } : {}), actions, ...(resources ? { resources } : {}), conditions }
}

function readSid(elements: Elements, { faults, kind }: Reading): string | undefined {
  const found = elements.get('Sid')
  if (!found) return undefined
  if (found.value.kind !== 'string') return wrongType(faults, found, 'a short name as text')
  const { text } = found.value
  const isFit = kind === 'resource' ? text.length <= 200 : /^[A-Za-z0-9]{0,200}$/.test(text)
  return isFit ? text : fault(faults, found, 'malformed-sid', `${quoted(text)} is no name for a statement.`, 'Use letters and digits only, at most 200.')
}

function readEffect(elements: Elements, place: Place, { faults }: Reading): 'Allow' | 'Deny' | undefined {
  const found = elements.get('Effect')
  if (!found) return fault(faults, { path: child(place.path, 'Effect'), line: place.line }, 'missing-effect', 'The statement does not say whether it allows or denies.', 'Add "Effect": "Allow" or "Effect": "Deny".')
  if (found.value.kind !== 'string') return wrongType(faults, found, '"Allow" or "Deny"')
  const { text } = found.value
  if (text === 'Allow' || text === 'Deny') return text
  return fault(faults, found, 'unknown-effect', `${quoted(text)} is no effect.`, 'Write "Allow" or "Deny", with these capitals.')
}
