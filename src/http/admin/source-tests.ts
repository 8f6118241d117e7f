// /admin/identity-sources/ID/test: a sign-in that signs nobody in, and how it went; and whom the source failed lately.
import type { Router } from '@koa/router'
import { formOf, queryOf } from '../middleware/form.js'
import { done, type Failed } from '../middleware/form-again.js'
import { addressOf } from '../middleware/listing.js'
import { showWayOut } from '../middleware/way-out.js'
import type { AdminOptions } from './options.js'
import { testModel, type TestAnswer } from './source-test-model.js'
import type { AdminPage, AdminVisit, MakePage } from './visit.js'

const url = '/admin/identity-sources'

/** What takes testing a source. */
export const testAction = 'gatehouse:TestIdentitySource'

/** Mounts the page of a test. */
export function mountSourceTests(router: Router, page: MakePage, { csrf }: Pick<AdminOptions, 'csrf'>): void {
  router.get('/identity-sources/:id/test', csrf, page(look))
}

interface Begun {
  Test?: string
  Url?: string
  Fields?: Record<string, string>
}

/** Begins a test after its form: the browser goes to the provider, or straight to how it went. */
export async function beginTest(visit: AdminVisit, { SourceId, Name }: { SourceId: string; Name: string }, { render, again }: Pick<AdminOptions, 'render'> & { again: (failed: Failed) => Promise<void> }): Promise<void> {
  const { UserName, Password } = formOf(visit.ctx)
  const page = `${url}/${SourceId}`
  const begun: Begun = {}
  const work = async (): Promise<unknown> => Object.assign(begun, await visit.sources('TestIdentitySource', { SourceId, ...(UserName && { UserName }), ...(Password && { Password }) }))
  if (!await done(visit, work, again)) return
  if (begun.Url === undefined) return visit.goTo(addressOf(`${page}/test`, { result: begun.Test! }))
  await showWayOut(visit.ctx, { source: Name, url: begun.Url, fields: begun.Fields, other: { url: page, text: 'Back to the identity source' } }, render)
}

/** Takes what came back and leads on to how it went, so that a reload shows the same again. */
const look: AdminPage = async (visit) => {
  const SourceId = String(visit.ctx.params.id)
  const { answer, result } = queryOf(visit.ctx)
  const page = `${url}/${SourceId}`
  if (answer !== undefined) {
    const { Test } = await visit.sources('FinishSourceTest', { SourceId, Answer: answer })
    return visit.goTo(addressOf(`${page}/test`, { result: Test as string }))
  }
  if (result === undefined) return visit.goTo(page)
  const answered = await visit.sources('DescribeSourceTest', { SourceId, Test: result }) as unknown as TestAnswer
  await visit.show('admin/identity-source-test', { ...testModel(answered), sourceName: answered.Name, backUrl: page })
}

interface FailedEvent {
  eventID: string
  eventTime: string
  additionalEventData: { says?: string; advice?: string; reason?: string }
}

/** Lists the sign-ins by a source that failed last. */
export async function latelyFailed(visit: AdminVisit, SourceId: string): Promise<object[]> {
  const { Events } = await visit.sources('ListFailedSignIns', { SourceId })
  const canOpen = visit.sections.some(({ name }) => name === 'events')
  return (Events as FailedEvent[]).map(({ eventID, eventTime, additionalEventData: { says, advice, reason } }) => ({ at: eventTime, says: says ?? reason ?? 'It is not known why.', advice, url: canOpen ? `/admin/events/${eventID}` : undefined }))
}
