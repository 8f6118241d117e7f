// Sign-ins that did not work: a page in plain words for the person, who can do nothing about most of it, and the reason for the
// log and the trail.
import type { Context } from 'koa'
import { SamlRefusal, type SamlReason } from '../../domain/federation/index.js'
import { Refusal } from '../../platform/errors.js'
import { originOf } from '../middleware/front.js'
import type { SamlOptions } from './options.js'

const again = 'Start again from the page of your organization that led you here.'
const sentences: Partial<Record<SamlReason, string>> = {
  expired: `This sign-in took too long. ${again}`,
  replayed: `This sign-in was used already. ${again}`,
  status: `Your organization’s identity provider says that the sign-in did not succeed. ${again}`,
}
const statuses: Partial<Record<SamlReason, number>> = { expired: 410, replayed: 410, 'too-large': 413 }

/** Why a role could not be opened, in a sentence for the person; undefined for what is no refusal of it. */
export function refusalOf(error: unknown, role: string): string | undefined {
  if (!(error instanceof Refusal) || error instanceof SamlRefusal) return undefined
  if (error.code === 'forbidden') return `The role ${role} does not let you in with this sign-in.`
  return error.code === 'invalid-input' || error.code === 'conflict' || error.code === 'limit-exceeded' ? `The role ${role} cannot be opened as your identity provider asks for it.` : undefined
}

/** Shows why there is no session, and writes it down. */
export async function showFailure(ctx: Context, error: SamlRefusal | { sentence: string; cause: Refusal }, options: SamlOptions): Promise<void> {
  const isOfMessage = error instanceof SamlRefusal
  const reason = isOfMessage ? error.reason : error.cause.code
  await writeDown(ctx, reason, isOfMessage ? error.detail : error.cause.message, options)
  ctx.status = (isOfMessage && statuses[error.reason]) || 403
  await options.render(ctx, 'saml/failed', {
    sentence: isOfMessage ? sentences[error.reason] ?? 'What your organization’s identity provider sent cannot be accepted here. That is nothing you did, and nothing you can mend.' : error.sentence,
    reference: originOf(ctx).requestId,
  })
}

/** Logs a reason, and leaves it in the trail. */
export async function writeDown(ctx: Context, reason: string, detail: string, { log, trail, isWorthRecording }: SamlOptions): Promise<void> {
  log.info({ requestId: originOf(ctx).requestId, reason, detail }, 'a sign-in by SAML was refused')
  if (!await isWorthRecording(ctx)) return
  await trail.record({
    eventName: 'ConsoleLogin', eventSource: 'signin.amazonaws.com', eventType: 'AwsConsoleSignIn', outcome: 'Failure', origin: originOf(ctx), errorMessage: 'Failed authentication',
    responseElements: { ConsoleLogin: 'Failure' }, additionalEventData: { via: 'SAML', reason, MobileVersion: 'No', MFAUsed: 'No' },
  })
}
