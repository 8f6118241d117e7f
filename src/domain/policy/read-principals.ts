// Reads Principal or NotPrincipal: who a trust or resource policy is about. The other kinds have none, because they
// belong to somebody.
import type { Listed, PrincipalDocument, PrincipalType } from './document.js'
import { quoted } from './faults.js'
import type { JsonNode } from './json.js'
import { child, fault, membersOf, textsOf, wrongType, type Elements, type Place, type Placed, type Reading } from './reading.js'

interface Form {
  readonly pattern: RegExp
  readonly mend: string
}

const forms: Readonly<Record<PrincipalType, Form>> = {
  AWS: {
    pattern: /^(?:\*|\d{12}|A(?:ID|RO)A[A-Z0-9]{12,124}|arn:aws[a-z-]*:iam::\d{12}:(?:root|user\/[\w+=,.@/-]{1,576}|role\/[\w+=,.@/-]{1,576})|arn:aws[a-z-]*:sts::\d{12}:(?:assumed-role\/[\w+=,.@-]{1,64}\/[\w+=,.@-]{1,64}|federated-user\/[\w+=,.@-]{1,64}))$/,
    mend: 'Write an account id, the full ARN or unique id of a user or role, the ARN of a session, none with wildcards, or "*" for everyone.',
  },
  Federated: {
    pattern: /^(?:arn:aws[a-z-]*:iam::\d{12}:(?:saml|oidc)-provider\/[!-~]{1,512}|[A-Za-z0-9](?:[A-Za-z0-9.-]{0,253}))$/,
    mend: 'Write the ARN of an identity provider of the account, or the host of a public one.',
  },
  Service: { pattern: /^[a-z0-9][a-z0-9.-]{0,253}\.[a-z]{2,10}$/, mend: 'Write the name of a service, such as "ec2.amazonaws.com".' },
  CanonicalUser: { pattern: /^[0-9a-f]{64}$/, mend: 'Write the 64 hexadecimal digits of a canonical user.' },
}

const types = Object.keys(forms) as PrincipalType[]
const everyone: readonly PrincipalDocument[] = [{ type: '*', value: '*' }]

/** Reads the principals of a statement. */
export function readPrincipals(elements: Elements, place: Place, reading: Reading, effect: string | undefined): Listed<PrincipalDocument> | undefined {
  const { faults, kind } = reading
  const [principal, notPrincipal] = [elements.get('Principal'), elements.get('NotPrincipal')]
  const found = principal ?? notPrincipal
  if (kind !== 'trust' && kind !== 'resource') {
    return found && fault(faults, found, 'principal-not-allowed', 'A policy of this kind belongs to somebody, and so names nobody.', 'Remove the element.')
  }
  if (principal && notPrincipal) fault(faults, notPrincipal, 'both-principals', 'The statement has both Principal and NotPrincipal.', 'Keep Principal.')
  if (!found) return fault(faults, { path: child(place.path, 'Principal'), line: place.line }, 'missing-principal', 'The statement does not say whom it is about.', 'Add "Principal", such as {"AWS": "111122223333"}.')
  if (!principal && (kind === 'trust' || effect === 'Allow')) {
    fault(faults, found, 'principal-not-allowed', kind === 'trust' ? 'A trust policy takes no NotPrincipal.' : 'NotPrincipal goes with "Effect": "Deny" only.', 'Use Principal, with a condition on aws:PrincipalArn where there are exceptions.')
  }
  return { not: !principal, values: readValues(found, reading) }
}

function readValues(found: Placed<JsonNode>, reading: Reading): readonly PrincipalDocument[] {
  const { faults } = reading
  const wanted = '"*", or an object such as {"AWS": "111122223333"}'
  if (found.value.kind === 'string' && found.value.text === '*') return everyone
  if (found.value.kind !== 'object') return wrongType(faults, found, wanted) ?? []
  const members = membersOf(found.value, found.path, faults, types)
  if (found.value.members.length === 0) fault(faults, found, 'empty', 'The object is empty.', `Write ${wanted}.`)
  return [...members].flatMap(([type, member]) =>
    textsOf(member, faults, 'a principal, or a list of them').map((value) => readOne(type as PrincipalType, value, reading)))
}

function readOne(type: PrincipalType, principal: Placed<string>, { faults }: Reading): PrincipalDocument {
  const { pattern, mend } = forms[type]
  if (!pattern.test(principal.value)) fault(faults, principal, 'malformed-principal', `${quoted(principal.value)} is no principal of the type ${type}.`, mend)
  return { type, value: principal.value }
}
