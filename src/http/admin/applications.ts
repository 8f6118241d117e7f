// /admin/applications: what people sign in to, and new ones.
import type { Router } from '@koa/router'
import { Refusal } from '../../platform/errors.js'
import { formOf, queryOf } from '../middleware/form.js'
import { done, type Failed } from '../middleware/form-again.js'
import { listModel } from '../middleware/listing.js'
import { applicationUrl, mayCreate, type ApplicationAnswer } from './application-answers.js'
import { atFields, fieldsOf, formModel, isFoldedWrong, metadataOf } from './application-form.js'
import { mountApplication, showSecret } from './application.js'
import type { AdminOptions } from './options.js'
import { nothingFailed, orNothing } from './things.js'
import type { AdminPage, AdminVisit, MakePage } from './visit.js'

/** Mounts the pages of applications. */
export function mountApplications(router: Router, page: MakePage, options: AdminOptions): void {
  const { csrf, csrfOfDocuments } = options
  router.get('/applications', csrf, page(list))
  router.get('/applications/new', csrf, page((visit) => showNew(visit)))
  router.post('/applications/new', csrfOfDocuments, page(create))
  mountApplication(router, page, options)
}

const list: AdminPage = async (visit) => {
  const isOpen = await mayCreate(visit)
  await visit.show('admin/list', await listModel<ApplicationAnswer>(visit.ctx, {
    url: '/admin/applications', title: 'Applications', lead: 'What people sign in to with their account here. Those they may use stand as tiles in the portal.', noun: 'application', nouns: 'applications',
    done: queryOf(visit.ctx).done === 'delete' ? 'The application is deleted.' : undefined,
    create: isOpen ? [{ url: '/admin/applications/new', text: 'New application' }] : [],
    find: async ({ limit, search, after }) => {
      const { Applications, NextToken } = await visit.ssoAdmin('SearchApplications', { Search: search, MaxResults: limit, NextToken: after })
      return { items: Applications as ApplicationAnswer[], next: NextToken as string | undefined }
    },
    row: ({ ApplicationArn, Name, Description, Status, ClientId, PortalOptions }) => ({
      url: applicationUrl(ApplicationArn), name: Name,
      facts: [Status === 'DISABLED' ? 'disabled' : '', Description ?? '', ClientId ?? 'a link only', PortalOptions.Visibility === 'DISABLED' ? 'not in the portal' : ''].filter(Boolean),
    }),
  }))
}

async function showNew(visit: AdminVisit, failed?: Failed): Promise<void> {
  if (!await mayCreate(visit)) throw new Refusal('forbidden', 'You may not make applications. It needs sso:CreateApplication on the instance and on the kind of application.')
  await visit.show('admin/application-edit', {
    isNew: true, about: 'Applications', backUrl: '/admin/applications', icon: undefined, isClient: true, ...formModel(failed ? formOf(visit.ctx) : fieldsOf(undefined)), isMoreOpen: isFoldedWrong(failed), ...nothingFailed, ...failed,
  })
}

const create: AdminPage = async (visit) => {
  const fields = formOf(visit.ctx)
  let made: { ApplicationArn: string; ClientId: string; ClientSecret?: string } | undefined
  const work = async (): Promise<void> => {
    made = await visit.ssoAdmin('CreateOidcApplication', {
      Name: fields.Name?.trim() ?? '', ClientId: orNothing(fields.client_id), Description: orNothing(fields.Description), StartUrl: orNothing(fields.StartUrl), Visible: fields.Visible === 'on',
      Icon: orNothing(fields.Icon), Metadata: metadataOf(fields),
    }) as never
  }
  if (!await done(visit, work, (failed) => showNew(visit, atFields(failed))) || !made) return
  const backUrl = applicationUrl(made.ApplicationArn)
  if (made.ClientSecret === undefined) return visit.goTo(`${backUrl}?done=create`)
  await showSecret(visit, { about: fields.Name?.trim() ?? '', backUrl, clientId: made.ClientId, secret: made.ClientSecret })
}
