// /admin: how much there is, and what is the matter with it, each with the way to mend it.
import { areTold, findingModel } from './finding-words.js'
import type { AdminOptions } from './options.js'
import { nothingOpen } from './sections.js'
import type { AdminPage } from './visit.js'

export const overview = ({ health }: AdminOptions): AdminPage => async ({ show, sections }) => {
  if (sections.length === 0) throw nothingOpen()
  const { figures, findings } = await health.read()
  const counts: Record<string, number> = { users: figures.people, groups: figures.groups, accounts: figures.accounts, 'permission-sets': figures.permissionSets, applications: figures.applications, assignments: figures.assignments }
  const isOpen = (wanted: string): boolean => sections.some(({ name }) => name === wanted)
  await show('admin/overview', {
    tiles: sections.map(({ name, title, text }) => ({ url: `/admin/${name}`, title, text, count: counts[name]?.toLocaleString('en-GB') })),
    // What a finding counts is no secret to whoever may read people and rights; to others it is.
    isTold: areTold(sections),
    findings: findings.map((finding) => findingModel(finding, isOpen)),
  })
}
