// What people and groups are found and sorted by, in SCIM's words, and where each of it stands in the database. The row is `t`.
import { isUuid } from '../../platform/ids.js'
import type { Field, Fields, ListField } from './conditions.js'

/** The issuer of the ids that a directory outside has for those it provisions. */
export const provisioningIssuer = 'scim'

const words = (sql: string): Field => ({ sql, kind: 'words' })
const inProfile = (...path: string[]): Field => words(`t.profile #>> '{${path.join(',')}}'`)
const inValue = (name: string): Field => words(`e.v->>'${name}'`)
const list = (sql: string, parts: readonly string[]): ListField => ({
  from: `jsonb_array_elements(${sql}) as e(v) where true`,
  parts: { ...Object.fromEntries(parts.map((name) => [name, inValue(name)])), primary: { sql: `(e.v->>'primary')::boolean`, kind: 'flag' } },
})
const listInProfile = (name: string, parts: readonly string[]): ListField => list(`coalesce(t.profile->'${name}', '[]')`, parts)

const labelled = ['value', 'display', 'type']
const common: Record<string, Field> = {
  id: { sql: 't.id', kind: 'uuid', always: true },
  externalId: {
    sql: `(select x->>'id' from jsonb_array_elements(t.external_ids) as x where x->>'issuer' = '${provisioningIssuer}' limit 1)`, kind: 'exact',
    equals: (value, parameters) => `t.external_ids @> ${parameters.add(JSON.stringify([{ issuer: provisioningIssuer, id: value }]))}::jsonb`,
  },
  'meta.created': { sql: 't.created_at', kind: 'time', always: true },
  'meta.lastModified': { sql: 'coalesce(t.updated_at, t.created_at)', kind: 'time', always: true },
}

const simple = ['nickName', 'profileUrl', 'title', 'userType', 'preferredLanguage', 'locale', 'timezone']
const names = ['formatted', 'middleName', 'honorificPrefix', 'honorificSuffix']
const enterprise = ['employeeNumber', 'costCenter', 'organization', 'division', 'department']

export const userFields: Fields = {
  plain: {
    ...common,
    'meta.resourceType': { sql: `'User'`, kind: 'words', always: true },
    userName: { sql: 't.user_name', kind: 'words', always: true },
    displayName: { sql: 't.display_name', kind: 'words', always: true },
    active: { sql: 't.active', kind: 'flag', always: true },
    'name.givenName': words('t.given_name'),
    'name.familyName': words('t.family_name'),
    ...Object.fromEntries(names.map((name) => [`name.${name}`, inProfile('name', name)])),
    ...Object.fromEntries(simple.map((name) => [name, inProfile(name)])),
    ...Object.fromEntries(enterprise.map((name) => [`enterprise.${name}`, inProfile('enterprise', name)])),
    'enterprise.manager.value': inProfile('enterprise', 'manager', 'value'),
    'enterprise.manager.displayName': inProfile('enterprise', 'manager', 'displayName'),
  },
  lists: {
    emails: {
      ...list('t.emails', labelled),
      equals: (value, parameters) => `lower(t.emails::text)::jsonb @> ${parameters.add(JSON.stringify([{ value: value.toLowerCase() }]))}::jsonb`,
    },
    phoneNumbers: listInProfile('phoneNumbers', labelled),
    photos: listInProfile('photos', labelled),
    roles: listInProfile('roles', labelled),
    addresses: listInProfile('addresses', ['streetAddress', 'locality', 'region', 'postalCode', 'country', 'formatted', 'type']),
    groups: {
      from: 'group_members m join groups g on g.id = m.group_id where m.user_id = t.id',
      parts: { value: { sql: 'm.group_id', kind: 'uuid', always: true }, display: { sql: 'g.display_name', kind: 'words', always: true }, type: { sql: `'direct'`, kind: 'words', always: true } },
    },
  },
}

/** The parts of one membership `m`: for finding groups by their members, and members of one group. */
export const memberParts: Readonly<Record<string, Field>> = {
  value: {
    sql: 'coalesce(m.user_id, m.member_group_id)', kind: 'uuid', always: true,
    equals: (value, parameters) => {
      if (!isUuid(value)) return 'false'
      const id = parameters.add(value)
      return `(m.user_id = ${id}::uuid or m.member_group_id = ${id}::uuid)`
    },
  },
  type: { sql: `case when m.user_id is null then 'Group' else 'User' end`, kind: 'words', always: true },
  display: { sql: '(select u.display_name from users u where u.id = m.user_id union all select g.display_name from groups g where g.id = m.member_group_id)', kind: 'words' },
}

export const groupFields: Fields = {
  plain: {
    ...common,
    'meta.resourceType': { sql: `'Group'`, kind: 'words', always: true },
    displayName: { sql: 't.display_name', kind: 'words', always: true },
    description: words('t.description'),
  },
  lists: { members: { from: 'group_members m where m.group_id = t.id', parts: memberParts } },
}
