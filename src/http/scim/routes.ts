// What each method and path asks for: the same for requests of their own and for those within a bulk request.
import { runBulk } from './bulk.js'
import { discover } from './discovery.js'
import { ScimError } from './errors.js'
import { groupsOf, spellGroups } from './groups.js'
import { listOf, questionOfBody, questionOfQuery, type ListQuestion } from './listing.js'
import { namesOf, readProjection, type Projection } from './projection.js'
import type { Answer, Call, Resources, ScimRooms } from './rooms.js'
import { groupSchema, userSchema, type ResourceSchema } from './schema.js'
import { searchEverything } from './search-everything.js'
import { spellUsers, usersOf } from './users.js'
import type { Value } from './values.js'

export interface ScimRequest {
  method: string
  /** Below the prefix. */
  path: string
  query: URLSearchParams
  body: () => Promise<Value>
  call: Call
}

export type Route = (request: ScimRequest) => Promise<Answer>

/** Resources of one kind, and lists of them. */
export interface Kind {
  schema: ResourceSchema
  resources: Resources
  list(question: ListQuestion): Promise<Value>
}

/** Builds what answers requests. */
export function routesOf(rooms: ScimRooms): Route {
  const { search } = rooms
  const kinds: Readonly<Record<string, Kind>> = {
    Users: { schema: userSchema, resources: usersOf(rooms), list: (question) => listOf(question, userSchema, (query) => search.users(query), (users) => spellUsers(users, readProjection(question, userSchema), rooms)) },
    Groups: { schema: groupSchema, resources: groupsOf(rooms), list: (question) => listOf(question, groupSchema, (query) => search.groups(query), (groups) => spellGroups(groups, readProjection(question, groupSchema), rooms)) },
  }
  const route: Route = async (request) => {
    const [first = '', second, ...more] = segmentsOf(request.path)
    const kind = Object.hasOwn(kinds, first) ? kinds[first] : undefined
    if (kind && more.length === 0) return second === undefined || second === '.search' ? ofAll(kind, second, request) : ofOne(kind, second, request)
    if (first === 'Me') throw new ScimError(501, 'A token is nobody’s own: there is no /Me.')
    if (first === 'Bulk' && second === undefined) return allow(request, { POST: async () => runBulk(await request.body(), { call: request.call, route, log: rooms.log }) })
    if (first === '.search' && second === undefined) return allow(request, { POST: async () => ({ status: 200, body: await searchEverything(questionOfBody(await request.body()), kinds) }) })
    const found = more.length === 0 ? discover(first, second, rooms.publicUrl) : undefined
    if (!found) throw new ScimError(404, 'There is nothing at this address.')
    return allow(request, { GET: async () => refuseFilter(request) ?? { status: 200, body: found } })
  }
  return route
}

function segmentsOf(path: string): string[] {
  try {
    return path.split('/').filter(Boolean).map(decodeURIComponent)
  } catch {
    throw new ScimError(404, 'There is nothing at this address.')
  }
}

function allow({ method }: ScimRequest, methods: Readonly<Record<string, () => Promise<Answer>>>): Promise<Answer> {
  const run = Object.hasOwn(methods, method) ? methods[method] : undefined
  if (!run) throw new ScimError(405, `Only ${Object.keys(methods).join(', ')} can be used here.`)
  return run()
}

/** RFC 7644 section 4: what clients are told of the server is not filtered. */
function refuseFilter({ query }: ScimRequest): undefined {
  if (query.has('filter')) throw new ScimError(403, 'This is not filtered.')
}

const projectionOf = ({ query }: ScimRequest, { schema }: Kind): Projection =>
  readProjection({ attributes: namesOf(query.get('attributes') ?? undefined), excludedAttributes: namesOf(query.get('excludedAttributes') ?? undefined) }, schema)

function ofAll(kind: Kind, search: string | undefined, request: ScimRequest): Promise<Answer> {
  if (search !== undefined) return allow(request, { POST: async () => ({ status: 200, body: await kind.list(questionOfBody(await request.body())) }) })
  return allow(request, {
    GET: async () => ({ status: 200, body: await kind.list(questionOfQuery(request.query)) }),
    POST: async () => kind.resources.create(request.call, await request.body(), projectionOf(request, kind)),
  })
}

function ofOne(kind: Kind, id: string, request: ScimRequest): Promise<Answer> {
  const { call, body } = request
  const { resources } = kind
  return allow(request, {
    GET: async () => resources.read(call, id, projectionOf(request, kind)),
    PUT: async () => resources.replace(call, id, await body(), projectionOf(request, kind)),
    PATCH: async () => resources.patch(call, id, await body(), projectionOf(request, kind)),
    DELETE: () => resources.remove(call, id),
  })
}
