// The attributes of users and groups as SCIM names them (RFC 7643), as data: bodies, paths and filters are read by them, and
// clients are told of them. What the directory does not keep is not here.

export interface Attribute {
  name: string
  type: 'string' | 'boolean' | 'complex' | 'reference' | 'dateTime'
  description: string
  multiValued?: boolean
  required?: boolean
  readOnly?: boolean
  caseExact?: boolean
  /** Unique on this server. */
  unique?: boolean
  parts?: readonly Attribute[]
  /** What a reference may lead to. */
  referenceTypes?: readonly string[]
}

/** What there is a resource of. */
export interface ResourceSchema {
  id: string
  name: 'User' | 'Group'
  description: string
  endpoint: '/Users' | '/Groups'
  attributes: readonly Attribute[]
  extension?: { id: string; name: string; description: string; attributes: readonly Attribute[] }
}

export const urns = {
  user: 'urn:ietf:params:scim:schemas:core:2.0:User',
  group: 'urn:ietf:params:scim:schemas:core:2.0:Group',
  enterprise: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
  list: 'urn:ietf:params:scim:api:messages:2.0:ListResponse',
  error: 'urn:ietf:params:scim:api:messages:2.0:Error',
  patch: 'urn:ietf:params:scim:api:messages:2.0:PatchOp',
  search: 'urn:ietf:params:scim:api:messages:2.0:SearchRequest',
  bulk: 'urn:ietf:params:scim:api:messages:2.0:BulkRequest',
  bulkAnswer: 'urn:ietf:params:scim:api:messages:2.0:BulkResponse',
  schema: 'urn:ietf:params:scim:schemas:core:2.0:Schema',
  resourceType: 'urn:ietf:params:scim:schemas:core:2.0:ResourceType',
  provider: 'urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig',
} as const

const text = (name: string, description: string, more: Partial<Attribute> = {}): Attribute => ({ name, type: 'string', description, ...more })
const complex = (name: string, description: string, parts: readonly Attribute[], more: Partial<Attribute> = {}): Attribute => ({ name, type: 'complex', description, parts, ...more })
const primary: Attribute = { name: 'primary', type: 'boolean', description: 'Whether it is the one to use first.' }
const labelled = (description: string): readonly Attribute[] => [text('value', description), text('display', 'What people see of it.'), text('type', 'What it is for, such as work.'), primary]
const several = (name: string, description: string, parts: readonly Attribute[]): Attribute => complex(name, description, parts, { multiValued: true })

/** Those that every resource has. */
export const commonAttributes: readonly Attribute[] = [
  text('id', 'The id here.', { readOnly: true, caseExact: true }),
  text('externalId', 'The id in the directory that provisions.', { caseExact: true }),
  complex('meta', 'When it was made and changed, and where it is.', [
    text('resourceType', 'What it is.', { readOnly: true, caseExact: true }),
    { name: 'created', type: 'dateTime', description: 'When it was made.', readOnly: true },
    { name: 'lastModified', type: 'dateTime', description: 'When it was last changed.', readOnly: true },
    { name: 'location', type: 'reference', description: 'Its address.', readOnly: true, caseExact: true, referenceTypes: ['uri'] },
    text('version', 'Changes whenever it does.', { readOnly: true, caseExact: true }),
  ], { readOnly: true }),
]

const reference = (...referenceTypes: string[]): Attribute => ({ name: '$ref', type: 'reference', description: 'Its address.', readOnly: true, caseExact: true, referenceTypes })

export const userSchema: ResourceSchema = {
  id: urns.user, name: 'User', description: 'A person', endpoint: '/Users',
  attributes: [
    text('userName', 'What they sign in with; the same whatever its case.', { required: true, unique: true }),
    complex('name', 'The parts of their name.', [
      text('formatted', 'The whole name.'), text('familyName', 'The family name.'), text('givenName', 'The given name.'), text('middleName', 'Middle names.'),
      text('honorificPrefix', 'What stands before it.'), text('honorificSuffix', 'What stands after it.'),
    ]),
    text('displayName', 'How others see them.'),
    text('nickName', 'What friends call them.'),
    { name: 'profileUrl', type: 'reference', description: 'A page about them.', referenceTypes: ['external'] },
    text('title', 'Their title in the organization.'),
    text('userType', 'Such as Employee or Contractor.'),
    text('preferredLanguage', 'The language that they prefer.'),
    text('locale', 'How they write numbers and dates.'),
    text('timezone', 'Where their clock is.'),
    { name: 'active', type: 'boolean', description: 'Whether they may sign in. Who is made inactive is signed out everywhere at once.' },
    several('emails', 'Their mail addresses.', labelled('The address.')),
    several('phoneNumbers', 'Their telephone numbers.', labelled('The number.')),
    several('photos', 'Pictures of them.', labelled('The address of the picture.')),
    several('addresses', 'Where they are found.', [
      text('formatted', 'The whole address.'), text('streetAddress', 'Street and number.'), text('locality', 'The town.'), text('region', 'The state or region.'), text('postalCode', 'The postal code.'),
      text('country', 'The country.'), text('type', 'What it is for, such as work.'), primary,
    ]),
    several('roles', 'What they are, in the words of the directory that provisions. It gives no rights here.', labelled('The role.')),
    complex('groups', 'The groups that they are in directly. Groups are changed where groups are.', [
      text('value', 'The id of the group.', { readOnly: true }), reference('Group'), text('display', 'The name of the group.', { readOnly: true }), text('type', 'Always direct.', { readOnly: true }),
    ], { multiValued: true, readOnly: true }),
  ],
  extension: {
    id: urns.enterprise, name: 'EnterpriseUser', description: 'What organizations know of their people',
    attributes: [
      text('employeeNumber', 'The number that the organization gave them.'), text('costCenter', 'The cost centre.'), text('organization', 'The organization.'), text('division', 'The division.'), text('department', 'The department.'),
      complex('manager', 'Who they report to.', [text('value', 'The id of the manager.'), text('displayName', 'The name of the manager.')]),
    ],
  },
}

export const groupSchema: ResourceSchema = {
  id: urns.group, name: 'Group', description: 'People who share what they may', endpoint: '/Groups',
  attributes: [
    text('displayName', 'The name; the same whatever its case.', { required: true, unique: true }),
    several('members', 'The people and groups in it, directly.', [
      text('value', 'The id of the member.', { caseExact: true }), { ...reference('User', 'Group') },
      text('display', 'The name of the member.', { readOnly: true }), text('type', 'User or Group.', { readOnly: true }),
    ]),
  ],
}

/** Attributes of the standard that the directory does not keep; whoever sends them is not refused. */
export const unkept: ReadonlySet<string> = new Set(['password', 'ims', 'entitlements', 'x509certificates'])
