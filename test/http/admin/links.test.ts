// Names that lead to pages which are not open are names alone.
import { withOpenLinks } from '../../../src/http/admin/links.js'

const user = '/admin/users/3f0d0c1e-9d7a-4c5e-8a55-0c7f1d2b9a01'
const set = '/admin/permission-sets/ps-0123456789abcdef'

test('addresses of things that are not open go, however deep they stand; all others stay', () => {
  const model = {
    url: '/admin/users', backUrl: user, setUrl: set, rows: [{ url: user, name: 'Jane', ways: [{ url: set }] }, { url: '/admin/accounts/111122223333' }], request: { userUrl: user, editUrl: `${user}/edit` }, at: undefined, none: null, text: user, events: [{ url: '/admin/events/3f0d0c1e-9d7a-4c5e-8a55-0c7f1d2b9a01' }],
  }
  expect(withOpenLinks(model, new Set(['accounts', 'permission-sets']))).toEqual({
    ...model, rows: [{ url: undefined, name: 'Jane', ways: [{ url: set }] }, { url: '/admin/accounts/111122223333' }], request: { userUrl: undefined, editUrl: `${user}/edit` },
  })
  expect(withOpenLinks(model, new Set(['users', 'accounts', 'permission-sets']))).toEqual(model)
})
