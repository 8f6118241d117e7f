// Trusted token issuers: what the file says of them, and their way into and out of the database.
import { z } from 'zod'
import { mostInstanceTags, TrustedTokenIssuers, type TrustedTokenIssuer } from '../access/index.js'
import type { Executor } from '../../platform/storage/database.js'
import { differences, type IssuerChange } from './change.js'
import type { Complain } from './check-names.js'
import { name, tags } from './fields.js'
import { field, fold, listIn, textIn } from './raw.js'
import { idOf, inChunks, picked, type Writing } from './writing.js'

export interface IssuerState {
  name: string
  issuerUrl: string
  /** The claim that says who it is. */
  claim: string
  /** The attribute of people that it is compared with. */
  attribute: string
  tags?: Readonly<Record<string, string>>
}

const issuerFault = 'must be an https address without a query, a fragment or a password'
const isIssuer = (text: string): boolean => {
  const url = /^https:\/\/[\x21-\x7e]{1,504}$/.test(text) && URL.canParse(text) ? new URL(text) : undefined
  return url !== undefined && url.search === '' && url.hash === '' && url.username === ''
}
const path = z.string().max(255, 'must be at most 255 characters').regex(/^\p{L}+(?:(\.|_)\p{L}+){0,2}$/u, 'must be words with dots or underscores between them')

/** The schema of one. */
export const trustedTokenIssuer = z.strictObject({
  name: name(255, /^[\w+=,.@-]+$/, 'letters, digits and + = , . @ - _'), issuerUrl: z.string().refine(isIssuer, issuerFault), claim: path, attribute: path, tags: tags(mostInstanceTags).optional(),
})

type Declared = z.output<typeof trustedTokenIssuer>

const stateOf = ({ name: called, issuerUrl, claimPath, storePath, tags: given }: TrustedTokenIssuer): IssuerState =>
  ({ name: called, issuerUrl, claim: claimPath, attribute: storePath, ...(Object.keys(given).length > 0 && { tags: given }) })

/** Reads all there are, with their ids by folded name. */
export async function readIssuers(sql: Executor): Promise<{ states: IssuerState[]; ids: Map<string, string> }> {
  const all = await TrustedTokenIssuers.listAll(sql)
  return { states: all.map(stateOf), ids: new Map(all.map((issuer) => [fold(issuer.name), issuer.id])) }
}

/** Plans what becomes of them; those of `gone` are deleted. */
export function planIssuers(declared: readonly Declared[] | undefined, current: readonly IssuerState[], gone: ReadonlySet<string>): { deletions: IssuerChange[]; rest: IssuerChange[] } {
  const present = new Map(current.map((state) => [fold(state.name), state]))
  const kind = 'trusted token issuer' as const
  return {
    deletions: current.filter((state) => gone.has(fold(state.name))).map((before) => ({ action: 'delete', kind, name: before.name, details: [], before })),
    rest: (declared ?? []).flatMap((item): IssuerChange[] => {
      const before = present.get(fold(item.name))
      const given = item.tags ?? before?.tags
      const after: IssuerState = { name: item.name, issuerUrl: item.issuerUrl, claim: item.claim, attribute: item.attribute, ...(given && Object.keys(given).length > 0 && { tags: given }) }
      if (!before) return [{ action: 'create', kind, name: after.name, details: [], after }]
      const details = differences(before, after, { name: 'text', claim: 'text', attribute: 'text', tags: 'keys' })
      return details.length === 0 ? [] : [{ action: 'update', kind, name: after.name, details, before, after }]
    }),
  }
}

/** Writes those that come and change. */
export async function writeIssuers(writing: Writing, clock: () => number): Promise<void> {
  const { tx, known } = writing
  const row = ({ name: called, issuerUrl, claim, attribute, tags: given }: IssuerState) => ({ name: called, issuerUrl, claimPath: claim, storePath: attribute, tags: given ?? {} })
  await inChunks(picked(writing, 'trusted token issuer', 'create'), async (chunk) => {
    const ids = await TrustedTokenIssuers.createAll(tx, chunk.map(({ after }) => row(after!)), new Date(clock()))
    chunk.forEach((change, index) => known.issuers.set(fold(change.name), ids[index]!))
  })
  await inChunks(picked(writing, 'trusted token issuer', 'update').map((change) => ({ ...row(change.after!), id: idOf(known.issuers, change.name, 'trusted token issuer') })), (rows) => TrustedTokenIssuers.updateAll(tx, rows))
}

export const deleteIssuers = (writing: Writing): Promise<void> =>
  inChunks(picked(writing, 'trusted token issuer', 'delete').map((change) => idOf(writing.known.issuers, change.name, 'trusted token issuer')), (ids) => TrustedTokenIssuers.removeAll(writing.tx, ids))

/** Complains of names and addresses that are there twice, and of an address that is another than before. */
export function checkIssuers(raw: unknown, known: readonly IssuerState[], complain: Complain): void {
  const [names, addresses] = [new Map<string, number>(), new Map<string, number>()]
  const before = new Map(known.map((state) => [fold(state.name), state]))
  const declared = new Set(listIn(raw, 'trustedTokenIssuers').map((issuer) => fold(textIn(issuer, 'name') ?? '')))
  const owners = new Map(known.filter((state) => !declared.has(fold(state.name))).map((state) => [state.issuerUrl, state.name]))
  listIn(raw, 'trustedTokenIssuers').forEach((issuer, index) => {
    const [called, url] = [fold(textIn(issuer, 'name') ?? ''), textIn(issuer, 'issuerUrl') ?? '']
    const at = (key: string, message: string): void => complain(['trustedTokenIssuers', index, key], message)
    const [first, sameUrl, owner, present] = [names.get(called), addresses.get(url), owners.get(url), before.get(called)]
    if (called && first !== undefined) at('name', `is the name of trustedTokenIssuers[${first}] already`)
    if (url && sameUrl !== undefined) at('issuerUrl', `is the address of trustedTokenIssuers[${sameUrl}] already`)
    if (owner !== undefined) at('issuerUrl', `is the address of the existing trusted token issuer ${owner}`)
    if (present && field(issuer, 'issuerUrl') !== undefined && url !== present.issuerUrl) at('issuerUrl', `cannot change: it is ${present.issuerUrl}`)
    names.set(called, first ?? index)
    addresses.set(url, sameUrl ?? index)
  })
}
