// Which people are listed: the tabs above the lists.
import { addressOf } from '../middleware/listing.js'

export const statuses: Readonly<Record<string, string>> = { ENABLED: 'Enabled', DISABLED: 'Disabled' }

export const userTabs = (current: string, query = ''): object[] => [
  { url: addressOf('/admin/users', { q: query }), text: 'All', current: current === '' },
  ...Object.entries(statuses).map(([status, text]) => ({ url: addressOf('/admin/users', { q: query, status }), text, current: current === status })),
  { url: addressOf('/admin/users/deleted', { q: query }), text: 'Deleted', current: current === 'DELETED' },
]
