// What the forms on the page of an application ask for, with who gains and who loses it.
import type { Wish } from '../middleware/asking.js'
import type { ApplicationThing } from './application-answers.js'
import { calledOf } from './membership-foresight.js'
import type { Changes } from './things.js'
import type { AdminVisit } from './visit.js'

const status = (Status: 'ENABLED' | 'DISABLED') => (visit: AdminVisit, { arn }: ApplicationThing): Promise<unknown> => visit.ssoAdmin('UpdateApplication', { ApplicationArn: arn, Status })

const required = (AssignmentRequired: boolean) => (visit: AdminVisit, { arn }: ApplicationThing): Promise<unknown> =>
  visit.ssoAdmin('PutApplicationAssignmentConfiguration', { ApplicationArn: arn, AssignmentRequired })

const takes = (action: string) => (_visit: AdminVisit, { arn }: ApplicationThing): Wish[] => [{ action, resource: arn }]
const nobody = 'Nobody may use it at the moment, so nobody loses it.'
const disabling = { title: 'Disable this application?', text: () => 'Nobody can sign in to it, and it gets no tokens, until somebody enables it. Its settings and assignments stay.', button: 'Disable' }
const deletion = { title: 'Delete this application?', text: () => 'Nobody can sign in to it any more. Its client id, its secrets and who is assigned are gone for good.', button: 'Delete' }
const opening = { title: 'Open it to everybody?', text: () => 'Everybody in the directory can sign in to it, assigned or not. Who is assigned stays noted.', button: 'Open it' }

export const applicationChanges: Changes<ApplicationThing> = {
  enable: { run: status('ENABLED'), done: 'Enabled. People get in again.' },
  disable: {
    run: status('DISABLED'), done: 'Disabled. Nobody gets in, and its tokens are worth nothing here.', ask: disabling,
    foresight: { ...disabling, isGrave: true, nothing: nobody, wishes: takes('sso:UpdateApplication'), change: async (_visit, { arn }) => ({ RemoveApplications: [arn] }) },
  },
  delete: {
    run: (visit, { arn }) => visit.ssoAdmin('DeleteApplication', { ApplicationArn: arn }), done: 'Deleted.', next: '/admin/applications',
    ask: deletion,
    foresight: { ...deletion, isGrave: true, nothing: nobody, wishes: takes('sso:DeleteApplication'), change: async (_visit, { arn }) => ({ RemoveApplications: [arn] }) },
  },
  'end-secret': {
    run: (visit, { arn }) => visit.ssoAdmin('EndOldApplicationSecret', { ApplicationArn: arn }), done: 'The old secret does not count any more.',
    ask: { title: 'End the old secret?', text: () => 'An application that still works with it gets no tokens from now on. Make sure that the new one is everywhere.', button: 'End the old secret' },
  },
  'assigned-only': {
    run: required(true), done: 'Only those who are assigned may use it.',
    foresight: {
      title: 'Only for those who are assigned?', button: 'Close it to others', text: () => 'Whoever is not assigned cannot sign in to it any more.', nothing: 'Everybody is assigned, so nobody loses it.',
      wishes: takes('sso:PutApplicationAssignmentConfiguration'), change: async (_visit, { arn }) => ({ CloseApplications: [arn] }),
    },
  },
  everybody: {
    run: required(false), done: 'Everybody may use it.', ask: opening,
    foresight: { ...opening, nothing: 'Everybody may use it already.', wishes: takes('sso:PutApplicationAssignmentConfiguration'), change: async (_visit, { arn }) => ({ OpenApplications: [arn] }) },
  },
  unassign: {
    run: (visit, { arn }, { PrincipalId, PrincipalType }) => visit.ssoAdmin('DeleteApplicationAssignment', { ApplicationArn: arn, PrincipalId, PrincipalType }), done: 'Taken away.',
    foresight: {
      title: 'Take it away?', button: 'Take away', fields: ['PrincipalId', 'PrincipalType'], nothing: 'It makes no difference to anybody: they have it by another way, everybody may use it, or nobody is in the group.',
      text: (visit, _thing, { PrincipalId = '', PrincipalType }) => (PrincipalType === 'GROUP' ? calledOf(visit, 'DescribeGroup', { GroupId: PrincipalId }) : calledOf(visit, 'DescribeUser', { UserId: PrincipalId })),
      wishes: takes('sso:DeleteApplicationAssignment'), change: async (_visit, { arn }, { PrincipalId, PrincipalType }) => ({ UnassignApplications: [{ ApplicationArns: [arn], Principals: [{ PrincipalId, PrincipalType }] }] }),
    },
  },
}
