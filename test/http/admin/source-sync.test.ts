// What the page of a source says of a synchronisation.
import { syncModel } from '../../../src/http/admin/source-sync.js'

const none = { Count: 0, Names: [] }
const nothing = { People: 2, Created: none, Changed: none, Disabled: none, Enabled: none, Kept: none, Skipped: { ...none, Says: [] }, Stops: false }

test('where nothing would change it may be done all the same, because whom a directory has counts for others from then on', () => {
  expect(syncModel({ UnderWay: false }, '/', { Plan: nothing })).toMatchObject({ canRun: true, plan: { isNothing: true, parts: [] } })
  expect(syncModel({ UnderWay: false }, '/', { Problem: { Says: 'Nothing answered.' } })).toMatchObject({ canRun: false })
})

test('who is kept by another directory is told', () => {
  const model = syncModel({ UnderWay: false }, '/', { Plan: { ...nothing, Kept: { Count: 1, Names: ['ada'] } } })
  expect(model).toMatchObject({ plan: { isNothing: true, parts: [{ title: 'Kept by another directory: 1', names: ['ada'] }] } })
})
