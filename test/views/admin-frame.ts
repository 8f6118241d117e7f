// What every sample of the administration has around it.

/** The layout's part of a model; no section is current on the overview. */
export const frame = (current: string): Record<string, unknown> => ({
  csrf: 'x3Jc0dV9b7mKq2Ws8LrTn4Yp6Zg1Hf5A', organization: { name: 'Example Corp' }, here: current || 'Overview', isOverview: current === '',
  session: { id: 's1', kind: 'role', label: 'AdministratorAccess', userName: 'jane', expiresAt: '2026-11-21T15:32:05.000Z' },
  section: current ? { title: current, url: `/admin/${current.toLowerCase().replace(' ', '-')}` } : undefined,
  sections: ['Users', 'Groups', 'Accounts', 'Permission sets', 'Assignments', 'Access', 'Requests', 'Applications', 'Identity sources', 'Provisioning', 'Settings', 'Events'].map((title) => ({ title, url: `/admin/${title.toLowerCase().replace(' ', '-')}`, current: title === current })),
})

/** A form that was not sent yet. */
export const nothing = { problem: undefined, faults: undefined, retryAfter: undefined }

export const long = 'Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh of the department of everything that is uncommonly long'
