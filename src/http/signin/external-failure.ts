// What a person reads when a source's answer cannot be used: that it is not their fault, and the number by which an administrator
// finds out what is.
import type { IdentitySource } from '../../domain/identity-sources/index.js'
import { originOf } from '../middleware/front.js'
import type { SigninOptions } from './signin.js'
import type { Visit } from './steps.js'

export async function showExternalFailure({ ctx, home }: Visit, source: Pick<IdentitySource, 'id' | 'name'>, { render }: Pick<SigninOptions, 'render'>): Promise<void> {
  ctx.status = 403
  await render(ctx, 'signin/external-failed', { source: source.name, reference: originOf(ctx).requestId, againUrl: `${home}/external?source=${source.id}`, otherUrl: `${home}/user-name?here` })
}
