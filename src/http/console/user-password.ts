// The password of a user of the account, set by somebody who may: a first one, or another.
import type { Router } from '@koa/router'
import { iamUserPrincipal } from '../../domain/authentication/index.js'
import { formOf } from '../middleware/form.js'
import { urlOf } from './changes.js'
import type { EntityThing } from './entity-models.js'
import { findEntity } from './entity-page.js'
import { done, type Failed } from '../middleware/form-again.js'
import type { ConsoleOptions } from './options.js'
import type { ConsoleVisit, MakePage } from './visit.js'

/** Mounts the page. */
export function userPasswordPages(router: Router, page: MakePage, options: ConsoleOptions): void {
  const path = '/users/:name/password'
  router.get(path, options.csrf, page(async (visit) => show(visit, await findEntity(visit, 'user', options), options)))
  router.post(path, options.csrf, page(async (visit) => {
    const thing = await findEntity(visit, 'user', options)
    const { Password = '', PasswordResetRequired } = formOf(visit.ctx)
    const operation = await operationFor(thing, options)
    const isDone = await done(visit, () => visit.run(operation, { ...thing.fixed, Password, PasswordResetRequired: String(PasswordResetRequired === 'on') }), (failed) => show(visit, thing, options, failed))
    if (isDone) visit.goTo(urlOf(thing, { done: 'Password' }))
  }))
}

const operationFor = async ({ entity }: EntityThing, { rooms }: ConsoleOptions): Promise<string> =>
  (await rooms.passwords.findProfile(iamUserPrincipal(entity.id)) ? 'UpdateLoginProfile' : 'CreateLoginProfile')

async function show(visit: ConsoleVisit, thing: EntityThing, options: ConsoleOptions, failed?: Failed): Promise<void> {
  const { entity } = thing
  const operation = await operationFor(thing, options)
  await visit.require({ action: `iam:${operation}`, resource: entity.arn })
  const rules = await options.rooms.newPasswordsOf(entity.accountId).rules({ principal: iamUserPrincipal(entity.id), ownNames: [entity.name] })
  await visit.show('console/user-password', {
    userName: entity.name, has: operation === 'UpdateLoginProfile', action: `${thing.path}/password`, backUrl: urlOf(thing), oneTime: failed ? formOf(visit.ctx).PasswordResetRequired === 'on' : true,
    rules: rules.map(({ sentence, pattern }) => ({ text: sentence, pattern, met: undefined })), problem: undefined, faults: undefined, retryAfter: undefined, ...failed,
  })
}
