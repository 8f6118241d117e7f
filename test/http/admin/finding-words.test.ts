// What the overview shows of a finding: links and words only of what is open.
import { findingModel } from '../../../src/http/admin/finding-words.js'

const told = [{ id: 'one', name: 'Head office', says: 'Nothing answered.' }, { id: 'two', name: 'Branch', says: 'Its certificate is not believed.' }]

test('what went wrong at a source is said where sources are open, and nowhere else', () => {
  const finding = { code: 'source-sync-failed', count: 1, id: 'one', told: told.slice(0, 1) } as const
  expect(findingModel(finding, () => true)).toMatchObject({ told: [{ name: 'Head office', says: 'Nothing answered.', url: undefined }], links: [{ url: '/admin/identity-sources/one' }] })
  expect(findingModel(finding, (section) => section === 'users')).toMatchObject({ told: [], links: [] })
})

test('of several each name leads to its source', () => {
  expect(findingModel({ code: 'source-sync-stopped', count: 2, told }, () => true)).toMatchObject({
    told: [{ url: '/admin/identity-sources/one' }, { url: '/admin/identity-sources/two' }], links: [{ url: '/admin/identity-sources' }],
  })
})
