// /admin/provisioning: the tokens with which a directory outside keeps people and groups here, and what is entered there.
import type { Router } from '@koa/router'
import { Refusal } from '../../platform/errors.js'
import { formOf, queryOf } from '../middleware/form.js'
import { done, type Failed } from '../middleware/form-again.js'
import { addressOf } from '../middleware/listing.js'
import type { AdminOptions } from './options.js'
import { isoOf } from './people-answers.js'
import { mayAll } from './people-rights.js'
import { storeArn } from './sections.js'
import { nothingFailed } from './things.js'
import type { AdminPage, AdminVisit, MakePage } from './visit.js'

interface TokenAnswer {
  TokenId: string
  TokenName: string
  MayManageAdministrators: boolean
  CreatedBy?: string
  ExpiresAt: number
  LastUsedAt?: number
}

const url = '/admin/provisioning'
const lengths = [{ days: '365', text: 'A year' }, { days: '180', text: 'Half a year' }, { days: '90', text: '90 days' }, { days: '30', text: '30 days' }]
const most = 2
/** Days before the end from which a token is worth a look. */
const soon = 30

/** Mounts the page. */
export function mountProvisioning(router: Router, page: MakePage, options: AdminOptions): void {
  router.get('/provisioning', options.csrf, page(look(options)))
  router.post('/provisioning', options.csrf, page(change(options)))
}

type Shown = Pick<AdminOptions, 'clock' | 'provisioning'>

const look = (options: Shown): AdminPage => async (visit) => {
  const { end } = queryOf(visit.ctx)
  if (!end) return show(visit, options)
  const { TokenName: name } = (await tokensOf(visit)).find(({ TokenId }) => TokenId === end) ?? refuseGone()
  await visit.require({ action: 'gatehouse:DeleteProvisioningToken', resource: storeArn(visit.places) })
  await visit.show('admin/person-confirm', {
    title: 'End this token?', about: name, text: 'Whoever holds it gets nothing from then on: the directory can neither add nor disable anybody here until it has another one. People and groups stay as they are.', button: 'End it',
    change: 'end', fields: [{ name: 'TokenId', value: end }], action: url, backUrl: url,
  })
}

const tokensOf = async (visit: AdminVisit): Promise<TokenAnswer[]> => (await visit.directory('ListProvisioningTokens')).Tokens as TokenAnswer[]

const refuseGone = (): never => {
  throw new Refusal('not-found', 'There is no such token any more.')
}

async function show(visit: AdminVisit, { clock, provisioning }: Shown, failed?: Failed): Promise<void> {
  const Tokens = await tokensOf(visit)
  const can = await mayAll(visit, ['gatehouse:CreateProvisioningToken', 'gatehouse:DeleteProvisioningToken'], [])
  const { TokenName = '', Days = '365', MayManageAdministrators } = failed ? formOf(visit.ctx) : {}
  const now = clock() / 1000
  const isFull = Tokens.filter(({ ExpiresAt }) => ExpiresAt > now).length >= most
  await visit.show('admin/provisioning', {
    address: provisioning, done: queryOf(visit.ctx).done === 'end' ? 'Ended. Nobody gets anything for it any more.' : undefined, ...nothingFailed, ...failed,
    rows: Tokens.map(({ TokenId, TokenName: name, MayManageAdministrators: administrators, CreatedBy, ExpiresAt, LastUsedAt }) => ({
      name, administrators, createdBy: CreatedBy, endsAt: isoOf(ExpiresAt), usedAt: LastUsedAt === undefined ? undefined : isoOf(LastUsedAt), isOver: ExpiresAt <= now, endsSoon: ExpiresAt > now && ExpiresAt - now < soon * 86_400,
      endUrl: can['gatehouse:DeleteProvisioningToken'] ? addressOf(url, { end: TokenId }) : undefined,
    })),
    isFull, canCreate: can['gatehouse:CreateProvisioningToken'] && !isFull,
    values: { TokenName, MayManageAdministrators: MayManageAdministrators === 'on' }, lengths: lengths.map((one) => ({ ...one, selected: one.days === Days })),
  })
}

const change = (options: Shown): AdminPage => async (visit) => {
  const { change: name, TokenName = '', Days = '', MayManageAdministrators, TokenId = '' } = formOf(visit.ctx)
  const again = (failed: Failed): Promise<void> => show(visit, options, failed)
  if (name === 'end') {
    if (await done(visit, () => visit.directory('DeleteProvisioningToken', { TokenId }), again)) visit.goTo(addressOf(url, { done: 'end' }))
    return
  }
  if (name !== 'create') throw new Refusal('not-found', 'This page does not do that.')
  let made: Record<string, unknown> = {}
  const isMade = await done(visit, async () => {
    made = await visit.directory('CreateProvisioningToken', { TokenName: TokenName.trim(), Days: Number(Days), MayManageAdministrators: MayManageAdministrators === 'on' })
  }, again)
  if (isMade) await visit.show('admin/provisioning-token', { name: made.TokenName, token: made.BearerToken, endsAt: isoOf(made.ExpiresAt as number), address: options.provisioning, backUrl: url })
}
