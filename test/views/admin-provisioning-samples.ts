// One model per state of the pages of provisioning. Imports nothing.

const frame = {
  csrf: 'x3Jc0dV9b7mKq2Ws8LrTn4Yp6Zg1Hf5A', organization: { name: 'Example Corp' }, here: 'Provisioning', isOverview: false,
  session: { id: 's1', kind: 'role', label: 'AdministratorAccess', userName: 'jane', expiresAt: '2026-11-21T15:32:05.000Z' },
  sections: ['Users', 'Groups', 'Accounts', 'Permission sets', 'Applications', 'Provisioning', 'Settings'].map((title) => ({ title, url: `/admin/${title.toLowerCase().replace(' ', '-')}`, current: title === 'Provisioning' })),
}
const long = 'Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh of the department of everything'
const address = 'https://login.example.com/scim/v2'
const lengths = [{ days: '365', text: 'A year', selected: true }, { days: '90', text: '90 days', selected: false }]
const page = { ...frame, address, problem: undefined, faults: undefined, retryAfter: undefined, isFull: false, canCreate: true, values: { TokenName: '', MayManageAdministrators: false }, lengths }
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
  { name: 'admin-provisioning-token', view: 'admin/provisioning-token', model: { ...frame, name: 'Okta', token: 'gwp_q7Yw2Zk9ExampleSecretKey0123456789abcdefghijk', address, endsAt: '2027-11-01T08:00:00.000Z', backUrl: '/admin/provisioning' } },
]
