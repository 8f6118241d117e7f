// What a person reads when a source's answer cannot be used: that it is not their fault, and the number by which an administrator
// finds out what is.
import type { ExternalRefusal } from '../../domain/federation/index.js'
import type { IdentitySource } from '../../domain/identity-sources/index.js'
import { originOf } from '../middleware/front.js'
import type { SigninOptions } from './signin.js'
import type { Visit } from './steps.js'

export async function showExternalFailure({ ctx, home }: Visit, { id, name, kind }: Pick<IdentitySource, 'id' | 'name' | 'kind'>, { render }: Pick<SigninOptions, 'render'>): Promise<void> {
  ctx.status = 403
  // Whose password is a directory's does not get in by another one without asking for it.
  const urls = kind === 'ldap' ? { againUrl: `${home}/password`, otherUrl: `${home}/restart` } : { againUrl: `${home}/external?source=${id}`, otherUrl: `${home}/user-name?here` }
  await render(ctx, 'signin/external-failed', { source: name, reference: originOf(ctx).requestId, ...urls })
}

/** What the trail keeps of it. */
export function failureDetails({ id, name }: Pick<IdentitySource, 'id' | 'name'>, { step, reason }: ExternalRefusal): Record<string, unknown> {
  const { says, advice, certificate, attribute } = step
  return { sourceId: id, source: name, reason, step: step.name, says, ...given({ advice, certificate, attribute }) }
}

const given = (words: Record<string, string | undefined>): Record<string, string> => Object.fromEntries(Object.entries(words).flatMap(([name, word]) => (word === undefined ? [] : [[name, word]])))
