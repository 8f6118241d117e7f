// /consent: a person allows or denies an application, or learns that it is not theirs to use.
import { Router } from '@koa/router'
import type { Middleware } from 'koa'
import type { Provider } from 'oidc-provider'
import type { Trail } from '../../platform/audit/index.js'
import type { User } from '../../domain/directory/index.js'
import { formOf } from '../middleware/form.js'
import { originOf } from '../middleware/front.js'
import type { Render } from '../middleware/render.js'
import type { Consents } from './grants.js'
import type { Interaction, Interactions } from './interactions.js'
import { knowsOf, mayOf } from './sharing.js'

interface ConsentOptions {
  provider: () => Provider
  interactions: Interactions
  consents: Consents
  getUser: (id: string) => Promise<User>
  trail: Trail
  csrf: Middleware
  render: Render
}

/** Mounts the consent pages. */
export function consentRoutes({ provider, interactions, consents, getUser, trail, csrf, render }: ConsentOptions): Middleware {
  const router = new Router({ prefix: '/consent/:uid' })
  router.use(csrf)

  router.get('/', async (ctx) => {
    const interaction = await interactions.get(ctx, ['assignment', 'consent'])
    const { displayName, userName } = await getUser(interaction.userId!)
    const person = { displayName, userName }
    if (interaction.prompt === 'assignment') {
      ctx.status = 403
      return render(ctx, 'portal/not-assigned', { person, what: interaction.client.name, portalUrl: '/start/', notYouUrl: undefined, canGoBack: true })
    }
    await render(ctx, 'signin/consent', {
      person,
      client: { name: interaction.client.name, commandLine: interaction.client.isCommandLine, site: siteOf(interaction.client.redirectUri) },
      knows: interaction.client.isCommandLine ? [] : knowsOf(interaction.scopes),
      may: mayOf(interaction.scopes),
      notYouUrl: undefined,
    })
  })

  router.post('/', async (ctx) => {
    const interaction = await interactions.get(ctx, ['assignment', 'consent'])
    const allowed = interaction.prompt === 'consent' && formOf(ctx).decision === 'allow'
    await trail.record({
      eventName: 'Consent',
      eventSource: 'sso.amazonaws.com',
      origin: originOf(ctx),
      userId: interaction.userId!,
      outcome: allowed ? 'Success' : 'Failure',
      requestParameters: { clientId: shortened(interaction.client.id), clientName: interaction.client.name, scopes: interaction.scopes },
    })
    if (!allowed) return interactions.finish(ctx, { error: 'access_denied', error_description: 'The person did not allow it.' })
    const grantId = await allow(provider(), interaction)
    if (!interaction.client.isNative) await consents.remember(interaction.userId!, interaction.client.id, interaction.scopes)
    await interactions.finish(ctx, { consent: { grantId } })
  })

  return router.routes() as unknown as Middleware
}

/** Adds what was asked for to the person's grant to this client, and returns the grant's id. */
async function allow(provider: Provider, interaction: Interaction): Promise<string> {
  const existing = interaction.grantId ? await provider.Grant.find(interaction.grantId) : undefined
  const grant = existing ?? new provider.Grant({ accountId: interaction.userId!, clientId: interaction.client.id })
  grant.addOIDCScope(interaction.scopes.join(' '))
  return grant.save()
}

/** Self-contained client ids are long; their beginning tells them apart. */
export const shortened = (clientId: string): string => clientId.slice(0, 48)

function siteOf(redirectUri: string): string | undefined {
  return URL.canParse(redirectUri) ? new URL(redirectUri).host || undefined : undefined
}

