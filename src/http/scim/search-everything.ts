// Searches of people and groups together (RFC 7644 section 3.4.3, at the root): people first, then groups, read by index.
import { invalid, ScimError } from './errors.js'
import { mostPerPage, type ListQuestion } from './listing.js'
import type { Kind } from './routes.js'
import { urns } from './schema.js'
import type { Value } from './values.js'

interface Found {
  total: number
  resources: Value[]
}

/** Answers a search of everything. */
export async function searchEverything(question: ListQuestion, kinds: Readonly<Record<string, Kind>>): Promise<Value> {
  if (question.cursor !== undefined) throw invalid('invalidCursor', 'People and groups together are read by startIndex.')
  const startIndex = Math.max(1, question.startIndex ?? 1)
  const count = Math.min(Math.max(0, question.count ?? mostPerPage), mostPerPage)
  const faults: ScimError[] = []
  let passed = startIndex - 1
  let total = 0
  const resources: Value[] = []
  for (const kind of Object.values(kinds)) {
    const found = await findIn(kind, { ...question, startIndex: passed + 1, count: count - resources.length }, faults)
    total += found.total
    passed = Math.max(0, passed - found.total)
    resources.push(...found.resources)
  }
  // An attribute that only people have finds no group; one that nobody has is a fault.
  if (faults.length === Object.keys(kinds).length) throw faults[0]!
  return { schemas: [urns.list], totalResults: total, itemsPerPage: resources.length, startIndex, Resources: resources }
}

async function findIn(kind: Kind, question: ListQuestion, faults: ScimError[]): Promise<Found> {
  try {
    const { totalResults, Resources } = await kind.list(question)
    return { total: totalResults as number, resources: Resources as Value[] }
  } catch (error) {
    if (!(error instanceof ScimError) || (error.scimType !== 'invalidFilter' && error.scimType !== 'invalidPath')) throw error
    faults.push(error)
    return { total: 0, resources: [] }
  }
}
