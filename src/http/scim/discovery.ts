// What clients are told of the server (RFC 7644 section 4): what it can, what there is, and of which attributes.
import { largestBulk, mostBulkOperations } from './bulk.js'
import { mostPerPage } from './listing.js'
import { commonAttributes, groupSchema, urns, userSchema, type Attribute, type ResourceSchema } from './schema.js'
import type { Value } from './values.js'

/** Finds what is told at a place; undefined where there is none. */
export function discover(place: string, id: string | undefined, publicUrl: URL): Value | undefined {
  const base = `${publicUrl.origin}/scim/v2`
  if (place === 'ServiceProviderConfig') return id === undefined ? providerConfig(base) : undefined
  const all = place === 'ResourceTypes' ? [userSchema, groupSchema].map((schema) => resourceType(schema, base)) : place === 'Schemas' ? schemas(base) : undefined
  if (!all) return undefined
  return id === undefined ? { schemas: [urns.list], totalResults: all.length, itemsPerPage: all.length, startIndex: 1, Resources: all } : all.find((one) => one.id === id)
}

const providerConfig = (base: string): Value => ({
  schemas: [urns.provider],
  patch: { supported: true },
  bulk: { supported: true, maxOperations: mostBulkOperations, maxPayloadSize: largestBulk },
  filter: { supported: true, maxResults: mostPerPage },
  changePassword: { supported: false },
  sort: { supported: true },
  etag: { supported: true },
  pagination: { cursor: true, index: true, defaultPaginationMethod: 'index', defaultPageSize: mostPerPage, maxPageSize: mostPerPage },
  authenticationSchemes: [{ type: 'oauthbearertoken', name: 'Provisioning token', description: 'A bearer token that an administrator makes; there are two at a time, each for a year at most.', primary: true }],
  meta: { resourceType: 'ServiceProviderConfig', location: `${base}/ServiceProviderConfig` },
})

const resourceType = ({ id, name, description, endpoint, extension }: ResourceSchema, base: string): Value => ({
  schemas: [urns.resourceType], id: name, name, description, endpoint, schema: id,
  ...(extension && { schemaExtensions: [{ schema: extension.id, required: false }] }),
  meta: { resourceType: 'ResourceType', location: `${base}/ResourceTypes/${name}` },
})

const schemas = (base: string): Value[] => [userSchema, groupSchema].flatMap(({ id, name, description, attributes, extension }) => [
  schemaOf({ id, name, description, attributes: [...commonAttributes.filter((one) => one.name === 'externalId'), ...attributes] }, base), ...(extension ? [schemaOf(extension, base)] : []),
])

const schemaOf = ({ id, name, description, attributes }: Pick<ResourceSchema, 'id' | 'description' | 'attributes'> & { name: string }, base: string): Value =>
  ({ schemas: [urns.schema], id, name, description, attributes: attributes.map(spelled), meta: { resourceType: 'Schema', location: `${base}/Schemas/${id}` } })

const spelled = ({ name, type, description, multiValued = false, required = false, readOnly = false, caseExact = false, unique = false, parts, referenceTypes }: Attribute): Value => ({
  name, type, description, multiValued, required, mutability: readOnly ? 'readOnly' : 'readWrite', returned: 'default',
  ...(type !== 'boolean' && type !== 'complex' && { caseExact, uniqueness: unique ? 'server' : 'none' }), ...(referenceTypes && { referenceTypes }), ...(parts && { subAttributes: parts.map(spelled) }),
})
