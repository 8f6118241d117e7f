// What the forms on the page of an application ask for.
import type { Wish } from '../middleware/asking.js'
import type { ApplicationThing } from './application-answers.js'
import type { Changes } from './things.js'
import type { AdminVisit } from './visit.js'

const status = (Status: 'ENABLED' | 'DISABLED') => (visit: AdminVisit, { arn }: ApplicationThing): Promise<unknown> => visit.ssoAdmin('UpdateApplication', { ApplicationArn: arn, Status })

const takes = (action: string) => (_visit: AdminVisit, { arn }: ApplicationThing): readonly Wish[] => [{ action, resource: arn }]

const required = (AssignmentRequired: boolean) => (visit: AdminVisit, { arn }: ApplicationThing): Promise<unknown> =>
  visit.ssoAdmin('PutApplicationAssignmentConfiguration', { ApplicationArn: arn, AssignmentRequired })

export const applicationChanges: Changes<ApplicationThing> = {
  enable: { run: status('ENABLED'), done: 'Enabled. People get in again.' },
  disable: {
    wishes: takes('sso:UpdateApplication'), run: status('DISABLED'), done: 'Disabled. Nobody gets in, and its tokens are worth nothing here.',
    ask: { title: 'Disable this application?', text: () => 'Nobody can sign in to it, and it gets no tokens, until somebody enables it. Its settings and assignments stay.', button: 'Disable' },
  },
  delete: {
    wishes: takes('sso:DeleteApplication'), run: (visit, { arn }) => visit.ssoAdmin('DeleteApplication', { ApplicationArn: arn }), done: 'Deleted.', next: '/admin/applications',
    ask: { title: 'Delete this application?', text: () => 'Nobody can sign in to it any more. Its client id, its secrets and who is assigned are gone for good.', button: 'Delete' },
  },
  'end-secret': {
    wishes: takes('gatehouse:EndApplicationSecret'), run: (visit, { arn }) => visit.ssoAdmin('EndOldApplicationSecret', { ApplicationArn: arn }), done: 'The old secret does not count any more.',
    ask: { title: 'End the old secret?', text: () => 'An application that still works with it gets no tokens from now on. Make sure that the new one is everywhere.', button: 'End the old secret' },
  },
  'assigned-only': { run: required(true), done: 'Only those who are assigned may use it.' },
  everybody: {
    wishes: takes('sso:PutApplicationAssignmentConfiguration'), run: required(false), done: 'Everybody may use it.',
    ask: { title: 'Open it to everybody?', text: () => 'Everybody in the directory can sign in to it, assigned or not. Who is assigned stays noted.', button: 'Open it' },
  },
  unassign: {
    run: (visit, { arn }, { PrincipalId, PrincipalType }) => visit.ssoAdmin('DeleteApplicationAssignment', { ApplicationArn: arn, PrincipalId, PrincipalType }), done: 'Taken away.',
  },
}
