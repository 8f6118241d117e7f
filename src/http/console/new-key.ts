// A new access key: the one time that its secret is shown, to be copied or saved as a file. Nothing keeps it here.
import { Refusal } from '../../platform/errors.js'
import { formOf } from '../middleware/form.js'
import { done } from '../middleware/form-again.js'
import { urlOf, type Thing } from './changes.js'
import type { ConsolePage, ConsoleVisit } from './visit.js'

interface Issued {
  AccessKey: { AccessKeyId: string; SecretAccessKey: string }
}

/** Issues a key and shows it; the form of that page asks for the file, with what it holds. */
export const newKeyPage = (find: (visit: ConsoleVisit) => Promise<Thing>): ConsolePage => async (visit) => {
  const thing = await find(visit)
  const { id, secret } = formOf(visit.ctx)
  if (id !== undefined && secret !== undefined) return sendFile(visit, id, secret)
  await done(visit, async () => {
    const { AccessKey } = await visit.run('CreateAccessKey', thing.fixed) as Issued
    await visit.show('console/new-key', { about: thing.title, id: AccessKey.AccessKeyId, secret: AccessKey.SecretAccessKey, action: visit.ctx.path, backUrl: urlOf(thing) })
  }, ({ problem }) => { throw new Refusal('limit-exceeded', problem) })
}

/** The page brings the secret back for its file, so that nothing has to remember it. */
function sendFile({ ctx }: ConsoleVisit, id: string, secret: string): Promise<void> {
  if (!/^AKIA[A-Z2-7]{12,20}$/.test(id) || !/^[A-Za-z0-9+/]{40}$/.test(secret)) throw new Refusal('invalid-input', 'That is no access key.')
  ctx.set('Content-Disposition', `attachment; filename="${id}.csv"`)
  ctx.set('Cache-Control', 'no-store')
  ctx.type = 'text/csv'
  ctx.body = `Access key ID,Secret access key\r\n${id},${secret}\r\n`
  return Promise.resolve()
}
