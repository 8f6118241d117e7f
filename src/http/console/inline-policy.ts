// A policy of a user's, group's or role's own, as text to edit.
import type { Router } from '@koa/router'
import type { EntityKind } from '../../domain/accounts/index.js'
import { Refusal } from '../../platform/errors.js'
import { formOf, queryOf } from '../middleware/form.js'
import { urlOf } from './changes.js'
import { checkDocument, faultsOf, firstPolicy, readable } from '../middleware/documents.js'
import { wordOf } from './entity-changes.js'
import { findEntity } from './entity-page.js'
import type { EntityThing } from './entity-models.js'
import { done, type Failed } from '../middleware/form-again.js'
import type { ConsoleOptions } from './options.js'
import type { ConsoleVisit, MakePage } from './visit.js'

/** Mounts the page of one such policy, for a kind. */
export function inlinePolicyPages(router: Router, page: MakePage, kind: EntityKind, options: ConsoleOptions): void {
  const path = `/${kind}s/:name/policy`
  const word = wordOf[kind]
  router.get(path, options.csrf, page(async (visit) => {
    const thing = await findEntity(visit, kind, options)
    const { name } = queryOf(visit.ctx)
    if (name === undefined) return show(visit, thing, { name: '', document: firstPolicy, isNew: true })
    await visit.require({ action: `iam:Get${word}Policy`, resource: thing.entity.arn })
    const policy = await options.rooms.inline.find(thing.entity.id, name)
    if (!policy) throw new Refusal('not-found', 'There is no policy of that name.')
    await show(visit, thing, { name, document: readable(policy.document), isNew: false })
  }))
  router.post(path, options.csrfOfDocuments, page(async (visit) => {
    const thing = await findEntity(visit, kind, options)
    const { PolicyName = '', PolicyDocument = '', isNew } = formOf(visit.ctx)
    const shown = { name: PolicyName, document: PolicyDocument, isNew: isNew === 'yes' }
    const isDone = await done(visit, async () => {
      checkDocument(PolicyDocument, 'identity')
      // A new one must not be written over another by accident.
      if (shown.isNew && await options.rooms.inline.find(thing.entity.id, PolicyName.trim())) throw new Refusal('conflict', 'There is a policy of that name already.')
      await visit.run(`Put${word}Policy`, { ...thing.fixed, PolicyName: PolicyName.trim(), PolicyDocument })
    }, (failed) => show(visit, thing, shown, failed))
    if (isDone) visit.goTo(urlOf(thing, { done: 'Policy' }))
  }))
}

async function show(visit: ConsoleVisit, thing: EntityThing, { name, document, isNew }: { name: string; document: string; isNew: boolean }, failed?: Failed): Promise<void> {
  const { may } = await visit.may({ may: { action: `iam:Put${wordOf[thing.entity.kind]}Policy`, resource: thing.entity.arn } })
  await visit.show('console/document', {
    title: isNew ? 'New policy' : name, lead: `A policy of ${thing.title}’s own. It lives and dies with it.`, about: thing.title, backUrl: urlOf(thing), action: `${thing.path}/policy`,
    name, nameField: isNew ? 'PolicyName' : undefined, isNew, document, field: 'PolicyDocument', label: 'Policy', button: may ? 'Save policy' : undefined, asksDescription: false, description: undefined, setsDefault: undefined,
    fixed: isNew ? [] : [{ name: 'PolicyName', value: name }], documentFaults: failed ? faultsOf(document, 'identity') : [],
    problem: undefined, faults: undefined, retryAfter: undefined, ...failed,
  })
}
