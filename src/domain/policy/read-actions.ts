// Reads Action or NotAction: exactly one of them, with a service and a name, either of which may have wildcards.
import type { Listed } from './document.js'
import { quoted } from './faults.js'
import { child, fault, textsOf, type Elements, type Place, type Placed, type Reading } from './reading.js'

const form = /^(?:\*|\*:\*|[A-Za-z0-9][A-Za-z0-9-]{0,62}:[A-Za-z0-9*?_.-]{1,128})$/

/** Reads the actions of a statement; undefined where there are none that could count. */
export function readActions(elements: Elements, place: Place, reading: Reading): Listed<string> | undefined {
  const { faults } = reading
  const [action, notAction] = [elements.get('Action'), elements.get('NotAction')]
  if (action && notAction) fault(faults, notAction, 'both-actions', 'The statement has both Action and NotAction.', 'Keep one; put the other into a statement of its own.')
  const found = action ?? notAction
  if (!found) return fault(faults, { path: child(place.path, 'Action'), line: place.line }, 'missing-action', 'The statement does not say what may or may not be done.', 'Add "Action", such as "iam:ListUsers".')
  const values = textsOf(found, faults, 'an action such as "iam:ListUsers", or a list of them')
  for (const value of values) checkAction(value, reading)
  return { not: !action, values: values.map(({ value }) => value) }
}

function checkAction(action: Placed<string>, { faults, kind }: Reading): void {
  const { value } = action
  if (!form.test(value)) fault(faults, action, 'malformed-action', `${quoted(value)} is no action.`, 'Write SERVICE:NAME, such as "iam:ListUsers", "iam:List*" or "*"; the service itself takes no wildcard.')
  else if (kind === 'trust' && !/^sts:/i.test(value)) fault(faults, action, 'action-not-sts', `${quoted(value)} has no meaning in a trust policy.`, 'A trust policy is about becoming a role: use "sts:AssumeRole" or another action of sts.')
}
