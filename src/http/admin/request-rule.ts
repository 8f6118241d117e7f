// /admin/permission-sets/ID/rule: who may ask for a permission set, who answers, and for how long it is given.
import type { Router } from '@koa/router'
import { spelledSpan } from '../../platform/templates/index.js'
import { Refusal, type Fault } from '../../platform/errors.js'
import { formOf, type Form } from '../middleware/form.js'
import { done, type Failed } from '../middleware/form-again.js'
import type { AdminOptions } from './options.js'
import { findSet, setWishes, type SetThing } from './permission-set-thing.js'
import { askUrl, nothingFailed } from './things.js'
import type { AdminPage, AdminVisit, MakePage } from './visit.js'

interface RuleAnswer {
  /** None for every account. */
  Accounts?: { AccountId: string; AccountName: string }[]
  /** None for everybody. */
  Requesters?: { GroupId: string; DisplayName: string }[]
  Approvers: { GroupId: string; DisplayName: string }[]
  ApprovalsNeeded: number
  LongestDuration: number
  ReasonRequired: boolean
}

/** Mounts the page. */
export function mountRequestRule(router: Router, page: MakePage, { csrf, csrfOfDocuments }: AdminOptions): void {
  router.get('/permission-sets/:id/rule', csrf, page(async (visit) => {
    const thing = await findSet(visit)
    const rule = await readRule(visit, thing)
    await show(visit, thing, rule ? fieldsOf(rule) : usual, rule === undefined)
  }))
  router.post('/permission-sets/:id/rule', csrfOfDocuments, page(save))
}

async function readRule({ ssoAdmin }: AdminVisit, { arn }: SetThing): Promise<RuleAnswer | undefined> {
  return (await ssoAdmin('GetRequestRule', { PermissionSetArn: arn })).Rule as RuleAnswer | undefined
}

/** What the page of the permission set says of its rule. */
export async function ruleModel(visit: AdminVisit, thing: SetThing, can: { put: boolean; remove: boolean }): Promise<object> {
  const rule = await readRule(visit, thing)
  return { facts: rule && factsOf(rule), isDead: rule !== undefined && isDead(rule), url: can.put ? `${thing.path}/rule` : undefined, removeUrl: askUrl(can.remove && rule !== undefined, thing, 'remove-rule') }
}

/** Everybody that it named is gone. */
const isDead = ({ Accounts, Requesters, Approvers }: RuleAnswer): boolean => [Accounts, Requesters, Approvers].some((some) => some?.length === 0)

const mostNamed = 20
const nobody = 'nobody any more'

function listed(names: readonly string[]): string {
  const told = names.slice(0, mostNamed).join(', ')
  return names.length > mostNamed ? `${told} and ${(names.length - mostNamed).toLocaleString('en-GB')} more` : told || nobody
}

const factsOf = ({ Accounts, Requesters, Approvers, ApprovalsNeeded, LongestDuration, ReasonRequired }: RuleAnswer): object[] => [
  { term: 'May be asked for by', text: Requesters ? listed(Requesters.map(({ DisplayName }) => DisplayName)) : 'everybody' },
  { term: 'In', text: Accounts ? (Accounts.length === 0 ? 'no account any more' : listed(Accounts.map(({ AccountName }) => AccountName))) : 'every account' },
  { term: 'Answered by', text: listed(Approvers.map(({ DisplayName }) => DisplayName)) },
  { term: 'It takes', text: `${ApprovalsNeeded === 1 ? 'one approval' : `${ApprovalsNeeded} approvals`}${ReasonRequired ? ', and a reason' : ''}` },
  { term: 'For at most', text: spelledSpan(LongestDuration) },
]

const units: Readonly<Record<string, { seconds: number; text: string }>> = { minutes: { seconds: 60, text: 'minutes' }, hours: { seconds: 3600, text: 'hours' }, days: { seconds: 86_400, text: 'days' } }

/** What a new rule begins with. */
const usual: Form = { Whose: 'everybody', Where: 'all', RequesterGroups: '', AccountIds: '', ApproverGroups: '', ApprovalsNeeded: '1', Length: '8', Unit: 'hours', ReasonRequired: 'on' }

/** Spells a rule as the fields of the form. */
function fieldsOf({ Accounts, Requesters, Approvers, ApprovalsNeeded, LongestDuration, ReasonRequired }: RuleAnswer): Form {
  const [unit, { seconds }] = Object.entries(units).toReversed().find(([, one]) => LongestDuration % one.seconds === 0) ?? ['minutes', units.minutes!]
  const named = (groups: readonly { DisplayName: string }[]): string => groups.map(({ DisplayName }) => DisplayName).join('\n')
  return {
    Whose: Requesters ? 'groups' : 'everybody', RequesterGroups: named(Requesters ?? []), Where: Accounts ? 'some' : 'all', AccountIds: Accounts?.map(({ AccountId }) => AccountId).join('\n') ?? '', ApproverGroups: named(Approvers),
    ApprovalsNeeded: String(ApprovalsNeeded), Length: String(Math.round(LongestDuration / seconds)), Unit: unit, ...(ReasonRequired && { ReasonRequired: 'on' }),
  }
}

async function show(visit: AdminVisit, thing: SetThing, fields: Form, isNew: boolean, failed?: Failed): Promise<void> {
  for (const wish of setWishes(visit, thing, 'gatehouse:PutRequestRule')) await visit.require(wish)
  await visit.show('admin/request-rule', {
    about: thing.title, backUrl: thing.path, isNew, values: fields, isEverybody: fields.Whose !== 'groups', isEverywhere: fields.Where !== 'some', needsReason: fields.ReasonRequired === 'on',
    approvals: ['1', '2', '3'].map((value) => ({ value, selected: value === fields.ApprovalsNeeded })), units: Object.entries(units).map(([value, { text }]) => ({ value, text, selected: value === fields.Unit })),
    ...nothingFailed, ...failed,
  })
}

const save: AdminPage = async (visit) => {
  const thing = await findSet(visit)
  const fields = formOf(visit.ctx)
  const work = async (): Promise<unknown> => visit.ssoAdmin('PutRequestRule', { PermissionSetArn: thing.arn, ...inputOf(fields) })
  if (await done(visit, work, (failed) => show(visit, thing, fields, false, inFields(failed)))) visit.goTo(`${thing.path}?done=rule`)
}

/** A length that is too long or too short is told where it is typed. */
const inFields = (failed: Failed): Failed => ({ ...failed, faults: failed.faults?.map(({ path, message }) => (path === 'LongestDuration' ? { path: 'Length', message: 'This must be from 15 minutes to 90 days.' } : { path, message })) })

const linesOf = (text = ''): string[] => [...new Set(text.split(/\r?\n/).map((line) => line.trim()).filter(Boolean))]

/** Reads the form; what is wrong with it is told at its fields. */
function inputOf(fields: Form): Record<string, unknown> {
  const accounts = linesOf(fields.AccountIds).map((line) => line.replace(/[\s-]/g, ''))
  const [requesters, approvers] = [linesOf(fields.RequesterGroups), linesOf(fields.ApproverGroups)]
  const strange = accounts.find((id) => !/^\d{12}$/.test(id))
  const unit = units[fields.Unit ?? '']?.seconds ?? 3600
  const faults: Fault[] = [
    ...(fields.Whose === 'groups' && requesters.length === 0 ? [{ path: 'RequesterGroups', message: 'Name the groups whose members may ask, or let everybody ask.' }] : []),
    ...(fields.Where === 'some' && accounts.length === 0 ? [{ path: 'AccountIds', message: 'Name the accounts, or choose every account.' }] : []),
    ...(fields.Where === 'some' && strange !== undefined ? [{ path: 'AccountIds', message: `“${strange.slice(0, 40)}” is no account id: they have twelve digits.` }] : []),
    ...(approvers.length === 0 ? [{ path: 'ApproverGroups', message: 'Name at least one group whose members answer.' }] : []),
    ...(/^\d{1,5}$/.test(fields.Length?.trim() ?? '') ? [] : [{ path: 'Length', message: 'This must be a whole number.' }]),
  ]
  if (faults.length > 0) throw new Refusal('invalid-input', faults.length === 1 ? faults[0]!.message : 'Something in the form needs another look.', { faults })
  return {
    ...(fields.Whose === 'groups' && { RequesterGroups: requesters }), ...(fields.Where === 'some' && { AccountIds: accounts }), ApproverGroups: approvers,
    ApprovalsNeeded: Number(fields.ApprovalsNeeded), LongestDuration: Number(fields.Length) * unit, ReasonRequired: fields.ReasonRequired === 'on',
  }
}
