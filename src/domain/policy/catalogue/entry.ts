// How an entry of the catalogue is written: few words, so that the lists read as lists.

export interface ManagedPolicy {
  readonly name: string
  readonly arn: string
  /** `/`, or such as `/job-function/`. */
  readonly path: string
  readonly description: string
  /** The document as JSON text: ours, to the same effect as AWS's of that name. */
  readonly document: string
}

export interface CatalogueStatement {
  readonly Effect: 'Allow' | 'Deny'
  readonly Action?: string | readonly string[]
  readonly NotAction?: readonly string[]
  readonly Resource: string | readonly string[]
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>
}

/** Makes an entry. */
export function entry(path: string, name: string, description: string, ...statements: readonly CatalogueStatement[]): ManagedPolicy {
  const document = JSON.stringify({ Version: '2012-10-17', Statement: statements }, null, 2)
  return { name, arn: `arn:aws:iam::aws:policy${path}${name}`, path, description, document }
}

/** Allows actions on anything, or on the resources named. */
export const allow = (actions: string | readonly string[], resources: string | readonly string[] = '*'): CatalogueStatement =>
  ({ Effect: 'Allow', Action: actions, Resource: resources })

/** Allows handing a role to one of these services. */
export const passRole = (roles: string | readonly string[], ...services: readonly string[]): CatalogueStatement =>
  ({ ...allow('iam:PassRole', roles), Condition: { StringLike: { 'iam:PassedToService': services.map((service) => `${service}.amazonaws.com`) } } })

/** Spells actions of one service. */
export const of = (service: string, ...names: readonly string[]): string[] => names.map((name) => `${service}:${name}`)

/** Spells all actions of several services. */
export const all = (...services: readonly string[]): string[] => services.map((service) => `${service}:*`)

/** Sight of what only this portal answers: who reaches what, what a change would do, whose a key is. */
export const gatehouseReads = of('gatehouse', 'ExploreAccess', 'Get*', 'List*', 'LookUp', 'Preview*')
