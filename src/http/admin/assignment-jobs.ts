// /admin/assignments/jobs/ID: how far many assignments are, and what became of them. The page can be left and found again.
import type { Router } from '@koa/router'
import { Refusal } from '../../platform/errors.js'
import { formOf } from '../middleware/form.js'
import { done, type Failed } from '../middleware/form-again.js'
import type { AdminOptions } from './options.js'
import { nothingFailed } from './things.js'
import type { AdminPage, AdminVisit, MakePage } from './visit.js'

interface JobAnswer {
  JobId: string
  Kind: 'ASSIGN' | 'UNASSIGN'
  State: 'RUNNING' | 'DONE' | 'FAILED' | 'STOPPED'
  Total: number
  Position: number
  Changed: number
  Unchanged: number
  Failed: number
  StartedBy: string
  StartedAt: number
  FinishedAt?: number
  StoppedBy?: string
}

interface JobReport extends JobAnswer {
  SomeUnchanged: NamedAnswer[]
  SomeFailed: NamedAnswer[]
  SomeUndone: NamedAnswer[]
}

interface NamedAnswer {
  AccountName: string
  PermissionSetName: string
  PrincipalType: 'USER' | 'GROUP'
  PrincipalId: string
  PrincipalName?: string
  DisplayName?: string
  Reason?: string
}

const mostRecent = 5

export function mountAssignmentJobs(router: Router, page: MakePage, { csrf }: AdminOptions): void {
  router.get('/assignments/jobs/:id', csrf, page((visit) => showJob(visit)))
  router.post('/assignments/jobs/:id', csrf, page(stop))
}

const urlOf = (id: string): string => `/admin/assignments/jobs/${id}`
const several = (count: number): string => `${count.toLocaleString('en-GB')} assignment${count === 1 ? '' : 's'}`
const more = (count: number, told: readonly unknown[]): string | undefined => (count > told.length ? (count - told.length).toLocaleString('en-GB') : undefined)

/** Lists what was begun lately. */
export async function recentJobs({ ssoAdmin }: AdminVisit): Promise<object[]> {
  const { Jobs } = await ssoAdmin('ListAssignmentJobs', { MaxResults: mostRecent })
  return (Jobs as JobAnswer[]).map(({ JobId, Kind, State, Total, Position, StartedBy, StartedAt }) => ({
    url: urlOf(JobId), name: `${Kind === 'ASSIGN' ? 'Assign' : 'Remove'} ${several(Total)}`, at: new Date(StartedAt * 1000).toISOString(), by: StartedBy,
    state: State === 'DONE' ? 'done' : isCut(State) ? 'stopped' : `${Math.floor((Position / Total) * 100)} %`, isFailed: isCut(State),
  }))
}

/** True for what came to a halt before its end. */
const isCut = (state: JobAnswer['State']): boolean => state === 'FAILED' || state === 'STOPPED'

function idIn({ ctx }: AdminVisit): string {
  const { id = '' } = ctx.params as { id?: string }
  if (!/^job-[0-9a-f]{8,32}$/.test(id)) throw new Refusal('not-found', 'There is no such job.')
  return id
}

const stop: AdminPage = async (visit) => {
  const id = idIn(visit)
  if (formOf(visit.ctx).change !== 'stop') throw new Refusal('not-found', 'This page does not do that.')
  if (await done(visit, () => visit.ssoAdmin('StopAssignmentJob', { JobId: id }), (failed) => showJob(visit, failed))) visit.goTo(urlOf(id))
}

async function showJob(visit: AdminVisit, failed?: Failed): Promise<void> {
  const id = idIn(visit)
  const found = await visit.ssoAdmin('DescribeAssignmentJob', { JobId: id }) as unknown as JobReport
  const { Kind, State, Total, Position, Changed, Unchanged, Failed: faulty, StartedBy, StartedAt, FinishedAt, StoppedBy } = found
  const { stop: canStop } = await visit.may({ stop: { action: Kind === 'ASSIGN' ? 'sso:CreateAccountAssignment' : 'sso:DeleteAccountAssignment', resource: visit.places.instanceArn } })
  const undone = isCut(State) ? Total - Position : 0
  await visit.show('admin/assignment-job', {
    ...nothingFailed, ...failed, canStop: canStop && State === 'RUNNING', isStopped: State === 'STOPPED', stoppedBy: StoppedBy,
    undone, undoneText: several(undone), someUndone: found.SomeUndone.map(rowOf), moreUndone: more(undone, found.SomeUndone),
    url: urlOf(id), isRemoving: Kind === 'UNASSIGN', isRunning: State === 'RUNNING', isFailed: State === 'FAILED', total: Total, position: Position, totalText: several(Total), positionText: Position.toLocaleString('en-GB'),
    changed: several(Changed), unchanged: Unchanged, unchangedText: several(Unchanged), failed: faulty, failedText: several(faulty), by: StartedBy, at: new Date(StartedAt * 1000).toISOString(),
    finishedAt: FinishedAt === undefined ? undefined : new Date(FinishedAt * 1000).toISOString(),
    someUnchanged: found.SomeUnchanged.map(rowOf), moreUnchanged: more(Unchanged, found.SomeUnchanged), someFailed: found.SomeFailed.map(rowOf), moreFailed: more(faulty, found.SomeFailed),
  })
}

const rowOf = ({ AccountName, PermissionSetName, PrincipalType, PrincipalId, PrincipalName, DisplayName, Reason }: NamedAnswer): object =>
  ({ name: DisplayName ?? PrincipalName ?? PrincipalId, isGroup: PrincipalType === 'GROUP', text: `${PermissionSetName} in ${AccountName}`, reason: Reason })
