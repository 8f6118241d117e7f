// /admin/assignments/jobs/ID: how far many assignments are, and what became of them. The page can be left and found again.
import type { Router } from '@koa/router'
import { Refusal } from '../../platform/errors.js'
import type { AdminOptions } from './options.js'
import type { AdminPage, AdminVisit, MakePage } from './visit.js'

interface JobAnswer {
  JobId: string
  Kind: 'ASSIGN' | 'UNASSIGN'
  State: 'RUNNING' | 'DONE' | 'FAILED'
  Total: number
  Position: number
  Changed: number
  Unchanged: number
  Failed: number
  StartedBy: string
  StartedAt: number
  FinishedAt?: number
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
  router.get('/assignments/jobs/:id', csrf, page(job))
}

const urlOf = (id: string): string => `/admin/assignments/jobs/${id}`
const several = (count: number): string => `${count.toLocaleString('en-GB')} assignment${count === 1 ? '' : 's'}`

/** Lists what was begun lately. */
export async function recentJobs({ ssoAdmin }: AdminVisit): Promise<object[]> {
  const { Jobs } = await ssoAdmin('ListAssignmentJobs', { MaxResults: mostRecent })
  return (Jobs as JobAnswer[]).map(({ JobId, Kind, State, Total, Position, StartedBy, StartedAt }) => ({
    url: urlOf(JobId), name: `${Kind === 'ASSIGN' ? 'Assign' : 'Remove'} ${several(Total)}`, at: new Date(StartedAt * 1000).toISOString(), by: StartedBy,
    state: State === 'DONE' ? 'done' : State === 'FAILED' ? 'stopped' : `${Math.floor((Position / Total) * 100)} %`, isFailed: State === 'FAILED',
  }))
}

const job: AdminPage = async (visit) => {
  const { id = '' } = visit.ctx.params as { id?: string }
  if (!/^job-[0-9a-f]{8,32}$/.test(id)) throw new Refusal('not-found', 'There is no such job.')
  const found = await visit.ssoAdmin('DescribeAssignmentJob', { JobId: id }) as unknown as JobAnswer & { SomeUnchanged: NamedAnswer[]; SomeFailed: NamedAnswer[] }
  const { Kind, State, Total, Position, Changed, Unchanged, Failed, StartedBy, StartedAt, FinishedAt } = found
  await visit.show('admin/assignment-job', {
    url: urlOf(id), isRemoving: Kind === 'UNASSIGN', isRunning: State === 'RUNNING', isFailed: State === 'FAILED', total: Total, position: Position, totalText: several(Total), positionText: Position.toLocaleString('en-GB'),
    changed: several(Changed), unchanged: Unchanged, unchangedText: several(Unchanged), failed: Failed, failedText: several(Failed), by: StartedBy, at: new Date(StartedAt * 1000).toISOString(),
    finishedAt: FinishedAt === undefined ? undefined : new Date(FinishedAt * 1000).toISOString(),
    someUnchanged: found.SomeUnchanged.map(rowOf), moreUnchanged: Math.max(0, Unchanged - found.SomeUnchanged.length), someFailed: found.SomeFailed.map(rowOf), moreFailed: Math.max(0, Failed - found.SomeFailed.length),
  })
}

const rowOf = ({ AccountName, PermissionSetName, PrincipalType, PrincipalId, PrincipalName, DisplayName, Reason }: NamedAnswer): object =>
  ({ name: DisplayName ?? PrincipalName ?? PrincipalId, isGroup: PrincipalType === 'GROUP', text: `${PermissionSetName} in ${AccountName}`, reason: Reason })
