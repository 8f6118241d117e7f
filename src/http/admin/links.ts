// Links to people, groups, accounts, permission sets and applications, wherever a page names one: whoever may not open its page
// reads the name alone.

const thing = /^\/admin\/(users|groups|accounts|permission-sets|applications)\/(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{12}|(?:ps|apl)-[\w.-]+)$/i

/** Takes the addresses out of a model that lead to things which are not open; `open` has the names of their sections. */
export const withOpenLinks = <Model extends object>(model: Model, open: ReadonlySet<string>): Model =>
  Object.fromEntries(Object.entries(model).map(([key, value]) => [key, isLink(key) ? linkOf(value, open) : linksIn(value, open)])) as Model

function linksIn(value: unknown, open: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) return value.map((one) => linksIn(one, open))
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype ? withOpenLinks(value, open) : value
}

const isLink = (key: string): boolean => key === 'url' || (key.endsWith('Url') && key !== 'backUrl')

function linkOf(value: unknown, open: ReadonlySet<string>): unknown {
  const section = typeof value === 'string' ? thing.exec(value)?.[1] : undefined
  return section === undefined || open.has(section) ? value : undefined
}
