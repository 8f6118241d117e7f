// /admin/users/import: many people from a table: first what would become of each row, then all in one go.
import type { Router } from '@koa/router'
import { writeCsv } from '../../platform/csv.js'
import { formOf } from '../middleware/form.js'
import { done, type Failed } from '../middleware/form-again.js'
import type { AdminOptions } from './options.js'
import { storeArn } from './sections.js'
import { nothingFailed } from './things.js'
import type { AdminPage, AdminVisit, MakePage } from './visit.js'

interface RowAnswer {
  Line: number
  UserName: string
  Outcome: 'CREATE' | 'UPDATE' | 'SAME' | 'SKIP' | 'FAULT'
  Faults: string[]
  Notes: string[]
  Changes: string[]
}

/** Rows of a kind that a page shows. */
const mostShown = 200
const outcomes = { CREATE: 'New', UPDATE: 'Changed', SAME: 'As they are already', SKIP: 'There already, left alone' } as const

export function mountUsersImport(router: Router, page: MakePage, { csrf, csrfOfImports }: AdminOptions): void {
  router.get('/users/import', csrf, page((visit) => showForm(visit)))
  router.get('/users/import/template.csv', csrf, page(template))
  router.post('/users/import', csrfOfImports, page(preview))
  router.post('/users/import/run', csrfOfImports, page(run))
}

async function showForm(visit: AdminVisit, failed?: Failed): Promise<void> {
  await visit.require({ action: 'identitystore:CreateUser', resource: storeArn(visit.places) })
  const { Csv = '', Existing = 'SKIP' } = failed ? formOf(visit.ctx) : {}
  await visit.show('admin/users-import', { csv: Csv, isUpdating: Existing === 'UPDATE', ...nothingFailed, ...failed })
}

/** Something to begin with, which a spreadsheet opens. */
const template: AdminPage = async ({ ctx, places, require }) => {
  await require({ action: 'identitystore:CreateUser', resource: storeArn(places) })
  ctx.type = 'text/csv; charset=utf-8'
  ctx.set('Content-Disposition', 'attachment; filename="users.csv"')
  ctx.body = writeCsv([
    ['userName', 'givenName', 'familyName', 'displayName', 'email', 'phoneNumber', 'title', 'department', 'employeeNumber', 'active', 'passwordHash'],
    ['ada', 'Ada', 'Lovelace', '', 'ada@example.com', '', 'Analyst', 'Research', '1815', 'true', ''],
  ])
}

const inputOf = ({ ctx }: AdminVisit): Record<string, string> => {
  const { Csv = '', Existing = '' } = formOf(ctx)
  return { Csv, Existing: Existing === 'UPDATE' ? 'UPDATE' : 'SKIP' }
}

const preview: AdminPage = async (visit) => {
  const input = inputOf(visit)
  let rows: RowAnswer[] = []
  const isRead = await done(visit, async () => { rows = (await visit.directory('PreviewImport', input)).Rows as RowAnswer[] }, (failed) => showForm(visit, failed))
  if (isRead) await visit.show('admin/users-import-preview', { csv: input.Csv, isUpdating: input.Existing === 'UPDATE', ...modelOf(rows) })
}

const run: AdminPage = async (visit) => {
  const input = inputOf(visit)
  let rows: RowAnswer[] = []
  let result: Record<string, unknown> = {}
  const isDone = await done(visit, async () => {
    rows = (await visit.directory('PreviewImport', input)).Rows as RowAnswer[]
    result = await visit.directory('ImportUsers', input)
  }, (failed) => showForm(visit, failed))
  if (isDone) await visit.show('admin/users-import-done', { created: result.Created, updated: result.Updated, left: result.Left, faulty: result.Faulty, faults: modelOf(rows).faults })
}

function modelOf(rows: readonly RowAnswer[]) {
  const of = (kind: RowAnswer['Outcome']): RowAnswer[] => rows.filter(({ Outcome }) => Outcome === kind)
  const faulty = of('FAULT')
  return {
    count: rows.length, good: of('CREATE').length + of('UPDATE').length, faultyCount: faulty.length,
    faults: { rows: faulty.slice(0, mostShown).map(({ Line, UserName, Faults }) => ({ line: Line, name: UserName, faults: Faults })), more: Math.max(0, faulty.length - mostShown) },
    kinds: Object.entries(outcomes).flatMap(([kind, text]) => {
      const some = of(kind as RowAnswer['Outcome'])
      return some.length === 0 ? [] : [{
        text, count: some.length.toLocaleString('en-GB'), more: Math.max(0, some.length - mostShown),
        rows: some.slice(0, mostShown).map(({ Line, UserName, Notes, Changes }) => ({ line: Line, name: UserName, facts: [...(Changes.length > 0 ? [`changes ${Changes.join(', ')}`] : []), ...Notes] })),
      }]
    }),
  }
}
