// Whom, with what and where: what is chosen on the form of many assignments, kept in the form itself until it is done.
import { Refusal } from '../../platform/errors.js'
import type { Form } from '../middleware/form.js'
import { setArnOf, type ThingKind } from './found-things.js'
import type { AdminVisit } from './visit.js'

export type Part = 'who' | 'set' | 'account'
export type AssignKind = 'assign' | 'remove'

export interface Chosen {
  /** The field that it is kept in. */
  field: string
  kind: ThingKind
  id: string
  name: string
}

export interface Choice {
  kind: AssignKind
  who: Chosen[]
  set: Chosen[]
  account: Chosen[]
  /** Assignments that were ticked one by one in the list, in place of all that. */
  picked: string[]
}

/** How a chosen thing's field is called: `user-ID`, `set-ID` … */
const field = /^(?:(user|group)-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})|(set)-(ps-[\w.-]{16})|(account)-(\d{12}))$/
const pick = /^(\d{12}) (ps-[\w.-]{16}) (USER|GROUP) ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/
const longestName = 300

export const fieldOf = ({ kind, id }: Pick<Chosen, 'kind' | 'id'>): string => `${kind}-${id}`

/** Reads what is chosen; whatever else is in the form does not matter. */
export function choiceIn(form: Form): Choice {
  const chosen = Object.entries(form).flatMap(([name, value]): Chosen[] => {
    const [, who, whoId, set, setId, account, accountId] = field.exec(name) ?? []
    const [kind, id] = [who ?? set ?? account, whoId ?? setId ?? accountId]
    return kind === undefined || id === undefined ? [] : [{ field: name, kind: kind as ThingKind, id, name: value.slice(0, longestName) || id }]
  })
  const of = (...kinds: ThingKind[]): Chosen[] => chosen.filter(({ kind }) => kinds.includes(kind))
  return {
    kind: form.kind === 'remove' ? 'remove' : 'assign', who: of('user', 'group'), set: of('set'), account: of('account'),
    picked: Object.entries(form).flatMap(([name, value]) => (/^pick-\d{1,3}$/.test(name) && pick.test(value) ? [value] : [])),
  }
}

/** The fields that carry a choice to the next page. */
export const fieldsOf = ({ kind, who, set, account, picked }: Choice): { name: string; value: string }[] => [
  { name: 'kind', value: kind }, ...[...who, ...set, ...account].map(({ field: name, name: value }) => ({ name, value })), ...picked.map((value, n) => ({ name: `pick-${n}`, value })),
]

export const countOf = ({ who, set, account, picked }: Choice): number => (picked.length > 0 ? picked.length : who.length * set.length * account.length)

/** Spells a choice as operations have it; refuses one that is not whole, at the part that is missing. */
export function assignmentsOf(visit: AdminVisit, { who, set, account, picked }: Choice): object[] {
  if (picked.length > 0) {
    return picked.map((value) => {
      const [, accountId = '', setId = '', type, id] = pick.exec(value) ?? []
      return { AccountIds: [accountId], PermissionSetArns: [setArnOf(visit, setId)], Principals: [{ PrincipalType: type, PrincipalId: id }] }
    })
  }
  const faults = [
    ...(who.length === 0 ? [{ path: 'who', message: 'Choose a person or a group.' }] : []), ...(set.length === 0 ? [{ path: 'set', message: 'Choose a permission set.' }] : []),
    ...(account.length === 0 ? [{ path: 'account', message: 'Choose an account.' }] : []),
  ]
  if (faults.length > 0) throw new Refusal('invalid-input', 'Something is not chosen yet.', { faults })
  const principals = who.map(({ kind, id }) => ({ PrincipalType: kind === 'user' ? 'USER' : 'GROUP', PrincipalId: id }))
  const arns = set.map(({ id }) => setArnOf(visit, id))
  return chunks(principals, mostPrincipals).map((some) => ({ AccountIds: account.map(({ id }) => id), PermissionSetArns: arns, Principals: some }))
}

/** The most that one product takes. */
const mostPrincipals = 1000

const chunks = <Item>(items: readonly Item[], size: number): Item[][] => Array.from({ length: Math.ceil(items.length / size) }, (_, n) => items.slice(n * size, (n + 1) * size))
