// What operations leave in the trail: the parameters and the answer in CloudTrail's spelling, without secrets.
import type { Context } from 'koa'
import { personBehind } from '../../../domain/credentials/index.js'
import { hidden, type Trail } from '../../../platform/audit/index.js'
import { originOf } from '../../middleware/front.js'
import { identityOf, type Caller } from '../protocol/caller.js'
import { queryLanguage, translate } from '../protocol/errors.js'
import type { Parameters } from '../protocol/request.js'
import type { XmlContent } from '../protocol/xml.js'
import { iamNamespace } from './namespace.js'

export interface Attempt {
  name: string
  parameters: Parameters
  caller: Caller
  ctx: Context
  trail: Trail
}

type Plain = string | number | boolean | Plain[] | { [name: string]: Plain }

const secrets = new Set(['password', 'oldPassword', 'newPassword', 'authenticationCode1', 'authenticationCode2', 'secretAccessKey', 'base32StringSeed', 'qRCodePNG'])
const longest = 10_000

/** Records what an operation did, or why it did not. */
export async function record({ name, parameters, caller, ctx, trail }: Attempt, { answer, error, readOnly = false }: { answer?: XmlContent | undefined; error?: unknown; readOnly?: boolean }): Promise<void> {
  const refused = error === undefined ? undefined : translate(error, queryLanguage(iamNamespace))
  await trail.record({
    eventName: name,
    eventSource: 'iam.amazonaws.com',
    eventType: 'AwsApiCall',
    origin: originOf(ctx),
    accountId: caller.accountId,
    ...(caller.session && { accessKeyId: caller.accessKeyId }),
    ...(personBehind(caller) !== undefined && { userId: personBehind(caller)! }),
    userIdentity: identityOf(caller),
    requestParameters: gathered(parameters),
    ...(answer !== undefined && { responseElements: plain(answer) as Record<string, unknown> }),
    ...(refused && { errorCode: refused.code, errorMessage: refused.message, outcome: 'Failure' as const }),
    readOnly,
  })
}

const lowered = (name: string): string => `${name.charAt(0).toLowerCase()}${name.slice(1)}`
const shown = (name: string, value: Plain): Plain => (secrets.has(name) ? hidden : value)

/** Spells an answer as the trail does, whatever is secret left out. */
function plain(content: XmlContent): Plain {
  if (Array.isArray(content)) return content.map(plain)
  if (typeof content !== 'object') return content
  if (content instanceof Map) return Object.fromEntries([...content as ReadonlyMap<string, XmlContent>].map(([key, value]) => [key, plain(value)]))
  return Object.fromEntries(Object.entries(content).flatMap(([name, child]) => (child === undefined || secrets.has(lowered(name)) ? [] : [[lowered(name), plain(child)]])))
}

type Tree = Map<string, string | Tree>

/** Makes a tree of `A.member.1.B=c`. */
function gathered(parameters: Parameters): Record<string, Plain> {
  const root: Tree = new Map()
  for (const [key, value] of parameters) {
    if (key === 'Action' || key === 'Version') continue
    const parts = key.split('.', 8).filter((part) => part !== 'member')
    let place = root
    for (const part of parts.slice(0, -1)) place = branch(place, part)
    place.set(parts.at(-1) ?? key, value.slice(0, longest))
  }
  return treeOf(root) as Record<string, Plain>
}

function branch(place: Tree, part: string): Tree {
  const there = place.get(part)
  if (there instanceof Map) return there
  const made: Tree = new Map()
  place.set(part, made)
  return made
}

function treeOf(tree: string | Tree): Plain {
  if (typeof tree === 'string') return tree
  if (tree.size > 0 && [...tree.keys()].every((key) => /^\d+$/.test(key))) return [...tree.values()].map(treeOf)
  return Object.fromEntries([...tree].map(([name, child]) => [lowered(name), shown(lowered(name), treeOf(child))]))
}
