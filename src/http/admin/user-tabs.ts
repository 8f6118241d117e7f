// Which people are listed: the tabs above the lists.
import type { Form } from '../middleware/form.js'
import { addressOf } from '../middleware/listing.js'

export const statuses: Readonly<Record<string, string>> = { ENABLED: 'Enabled', DISABLED: 'Disabled' }

export const userTabs = (current: string, asked: Form): object[] => [
  { url: addressOf('/admin/users', asked), text: 'All', current: current === '' },
  ...Object.entries(statuses).map(([status, text]) => ({ url: addressOf('/admin/users', { ...asked, status }), text, current: current === status })),
  { url: addressOf('/admin/users/deleted', { q: asked.q ?? '' }), text: 'Deleted', current: current === 'DELETED' },
]
