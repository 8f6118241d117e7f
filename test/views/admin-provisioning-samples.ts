// One model per state of the pages of provisioning.
import { frame, long, nothing } from './admin-frame.js'

const address = 'https://login.example.com/scim/v2'
const lengths = [{ days: '365', text: 'A year', selected: true }, { days: '90', text: '90 days', selected: false }]
const page = { ...frame('Provisioning'), ...nothing, address, isFull: false, canCreate: true, values: { TokenName: '', MayManageAdministrators: false }, lengths }
const rows = [
  { name: 'Okta, since spring', administrators: false, isOver: false, endsSoon: true, createdBy: 'arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_AdministratorAccess_0123456789abcdef/jane', endsAt: '2026-12-01T08:00:00.000Z', usedAt: '2026-11-21T09:14:00.000Z', endUrl: '/admin/provisioning?end=pvt-1' },
  { name: long, administrators: true, isOver: false, endsSoon: false, endsAt: '2027-11-01T08:00:00.000Z', endUrl: '/admin/provisioning?end=pvt-2' },
]

export const samples: { name: string; view: string; model: Record<string, unknown> }[] = [
  { name: 'admin-provisioning', view: 'admin/provisioning', model: { ...page, rows: [] } },
  { name: 'admin-provisioning-two', view: 'admin/provisioning', model: { ...page, rows, isFull: true, canCreate: false, done: 'Ended. Nobody gets anything for it any more.' } },
  {
    name: 'admin-provisioning-problem', view: 'admin/provisioning',
    model: { ...page, rows: [{ ...rows[0], isOver: true, endsSoon: false }], problem: 'Something in the form needs another look.', faults: [{ path: 'TokenName', message: 'This must have 1 to 100 characters.' }], values: { TokenName: '', MayManageAdministrators: true } },
  },
  { name: 'admin-provisioning-token', view: 'admin/provisioning-token', model: { ...frame('Provisioning'), name: 'Okta', token: 'gwp_q7Yw2Zk9ExampleSecretKey0123456789abcdefghijk', address, endsAt: '2027-11-01T08:00:00.000Z', backUrl: '/admin/provisioning' } },
]
