// /start/applications: the applications assigned to a person, as tiles.
import type { Application } from '../../domain/access/index.js'
import { queryOf } from '../middleware/form.js'
import type { Page, PortalOptions } from './portal.js'

export function applications({ reach }: PortalOptions): Page {
  return async ({ ctx, user, show }) => {
    const query = (queryOf(ctx).q ?? '').trim().slice(0, 100)
    const all = await reach.applications(user.id)
    const found = all.filter((application) => matches(application, query.toLowerCase()))
    await show('portal/applications', {
      query,
      total: all.length,
      matches: found.length,
      applications: found.map((application) => ({
        name: application.name,
        description: application.description,
        url: addressOf(application),
        initial: [...application.name.toUpperCase()][0] ?? '•',
        iconUrl: application.icon?.startsWith('data:image/') ? application.icon : undefined,
      })),
    })
  }
}

const matches = ({ name, description = '' }: Application, query: string): boolean => `${name} ${description}`.toLowerCase().includes(query)

/** Where a tile leads: the start URL, the place where the application itself begins a sign-in, or its home. */
function addressOf({ startUrl, clientMetadata }: Application): string {
  const { initiate_login_uri: initiate, client_uri: home } = (clientMetadata ?? {}) as { initiate_login_uri?: string; client_uri?: string }
  return startUrl ?? initiate ?? home ?? '/start/applications'
}
