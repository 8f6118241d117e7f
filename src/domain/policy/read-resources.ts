// Reads Resource or NotResource: ARNs with wildcards, and with variables after the fifth colon. What a role is
// trusted by has none of them, because the role itself is the resource.
import type { Listed } from './document.js'
import { quoted } from './faults.js'
import { child, fault, textsOf, type Elements, type Place, type Placed, type Reading } from './reading.js'
import { readTemplate } from './templates.js'

const example = 'Write "*" or an ARN such as "arn:aws:iam::111122223333:user/*".'

/** Reads the resources of a statement. */
export function readResources(elements: Elements, place: Place, reading: Reading): Listed<string> | undefined {
  const { faults, kind } = reading
  const [resource, notResource] = [elements.get('Resource'), elements.get('NotResource')]
  const found = resource ?? notResource
  if (kind === 'trust') return found && fault(faults, found, 'resource-not-allowed', 'A trust policy names no resource: it is about the role it belongs to.', 'Remove the element.')
  if (resource && notResource) fault(faults, notResource, 'both-resources', 'The statement has both Resource and NotResource.', 'Keep one; put the other into a statement of its own.')
  if (!found) return fault(faults, { path: child(place.path, 'Resource'), line: place.line }, 'missing-resource', 'The statement does not say what it is about.', `Add "Resource". ${example}`)
  const values = textsOf(found, faults, '"*", an ARN, or a list of ARNs')
  for (const value of values) checkResource(value, reading)
  return { not: !resource, values: values.map(({ value }) => value) }
}

function checkResource(resource: Placed<string>, { faults, version }: Reading): void {
  const { value } = resource
  if (value === '*') return
  const template = version === '2012-10-17' ? readTemplate(value) : undefined
  if (template && 'problem' in template) return fault(faults, resource, 'malformed-variable', `${quoted(value)} ${template.problem}.`, 'Write ${key}, ${key, \'default\'}, or ${*}, ${?}, ${$} for these characters themselves.')
  const problem = problemOf(value)
  if (problem) fault(faults, resource, 'malformed-arn', `${quoted(value)} ${problem}.`, example)
}

/** Says what keeps a text from being the pattern of an ARN. */
function problemOf(value: string): string | undefined {
  const segments = value.split(':')
  const [prefix, partition = '', service = '', region, account] = segments
  if (prefix !== 'arn') return 'does not begin with "arn:"'
  if (!/^[a-z0-9*?-]+$/.test(partition)) return 'has no partition, such as aws, after "arn:"'
  if (!/^[a-z0-9-]+$/.test(service)) return 'has no service after the second colon; a wildcard cannot stand for it'
  if (segments.slice(0, 5).some((segment) => segment.includes('${'))) return 'has a variable before the fifth colon'
  if (segments.length < 6) return segments.length > 3 && value.endsWith('*') ? undefined : 'has fewer than six parts between colons'
  if (!/^[\w*?-]*$/.test(region!)) return 'has something after the third colon that is no region'
  if (!/^[\w*?-]*$/.test(account!)) return 'has something after the fourth colon that is no account'
  return segments.length === 6 && segments[5] === '' ? 'ends with a colon' : undefined
}
