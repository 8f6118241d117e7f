// MFA devices as accounts know them, by serial number. A virtual one is made for nobody yet; once it is enabled for a
// user it is an authenticator app of that user's, and gone again when it is deactivated.
import type { AuthenticatorApps, Passkeys } from '../authentication/index.js'
import { Refusal } from '../../platform/errors.js'
import type { Row } from '../../platform/storage/database.js'
import type { Store } from '../../platform/storage/store.js'
import { refuseTaken } from '../../platform/storage/taken.js'
import { iamArn } from './arns.js'
import { pageOf, type Page, type PageRequest } from './paging.js'
import { RowTags, type Tags } from './tags.js'

export interface VirtualDevice {
  /** Its ARN. */
  serial: string
  accountId: string
  name: string
  path: string
  tags: Tags
  /** Whose it is, where it is enabled. */
  principal: string | undefined
  enabledAt: Date | undefined
}

/** A device that somebody proves a second factor with. */
export interface EnabledDevice {
  serial: string
  kind: 'app' | 'passkey'
  /** Of the app or passkey. */
  id: string
  enabledAt: Date
}

interface Options {
  store: Store
  apps: Pick<AuthenticatorApps, 'offer' | 'enrollByPair' | 'remove'>
  passkeys: Pick<Passkeys, 'remove'>
  clock: () => number
}

const columns = 'd.serial, d.account_id, d.name, d.path, d.tags, d.offered, case when a.id is null then null else d.principal end as principal, case when a.id is null then null else d.enabled_at end as enabled_at'
const source = 'iam_mfa_devices d left join authenticator_apps a on a.id = d.app_id'

export class VirtualDevices {
  readonly #tags: RowTags

  constructor(private readonly options: Options) {
    this.#tags = new RowTags(options.store, 'iam_mfa_devices', 'serial')
  }

  async find(serial: string): Promise<VirtualDevice | undefined> {
    const row = await this.#row(serial)
    return row && fromRow(row)
  }

  /** Lists a page of an account's, by name. */
  async list(accountId: string, { assigned, after, limit }: PageRequest & { assigned?: boolean | undefined }): Promise<Page<VirtualDevice>> {
    const rows = await this.options.store.query(
      `select ${columns}, lower(d.name) as key from ${source} where d.account_id = $1 and ($2::boolean is null or (a.id is not null) = $2) and ($3::text is null or lower(d.name) > $3)
       order by lower(d.name) limit $4`, [accountId, assigned ?? null, after ?? null, limit + 1])
    return pageOf(rows, limit, (row) => row.key as string, fromRow)
  }

  /** Makes a device, and its secret to be shown once. */
  async create(named: Pick<VirtualDevice, 'accountId' | 'name' | 'path' | 'tags'>): Promise<{ device: VirtualDevice; secret: string; uri: string }> {
    const { store, apps, clock } = this.options
    const serial = iamArn('mfa', named)
    const { sealed, secret, uri } = apps.offer(serial, { issuer: 'Gatehouse', label: `${named.name}@${named.accountId}` })
    await refuseTaken(store.query('insert into iam_mfa_devices (serial, account_id, name, path, tags, offered, created_at) values ($1, $2, $3, $4, $5, $6, $7)',
      [serial, named.accountId, named.name, named.path, JSON.stringify(named.tags), sealed, new Date(clock())]), { iam_mfa_devices_name: 'The name of that device is taken.', iam_mfa_devices_pkey: 'The name of that device is taken.', iam_mfa_devices_account_id_fkey: 'There is no such account.' })
    return { device: { serial, ...named, principal: undefined, enabledAt: undefined }, secret, uri }
  }

  /** Enables a device for a principal by two codes in a row. */
  async enable(serial: string, principal: string, codes: [string, string]): Promise<'enabled' | 'wrong' | 'full'> {
    const { store, apps, clock } = this.options
    const row = await this.#row(serial)
    if (!row) throw new Refusal('not-found', `There is no virtual MFA device ${serial}.`)
    if (row.principal) throw new Refusal('conflict', 'That device is enabled already.')
    const app = await apps.enrollByPair(principal, { sealed: row.offered as string, offeredTo: serial, name: row.name as string, codes })
    if (typeof app === 'string') return app
    await store.query('update iam_mfa_devices set principal = $2, app_id = $3, enabled_at = $4 where serial = $1', [serial, principal, app.id, new Date(clock())])
    return 'enabled'
  }

  /** Lists every device that a principal has, also those that were added in a browser. */
  async listOf(accountId: string, { principal, userName }: { principal: string; userName: string }): Promise<EnabledDevice[]> {
    const rows = await this.options.store.query(
      `select 'app' as kind, a.id, d.serial, a.created_at from authenticator_apps a left join iam_mfa_devices d on d.app_id = a.id where a.principal = $1
       union all select 'passkey', p.id, null, p.created_at from passkeys p where p.principal = $1 order by created_at, id`, [principal])
    return rows.map((row) => {
      const [kind, id] = [row.kind as EnabledDevice['kind'], row.id as string]
      const spelled = kind === 'app' ? iamArn('mfa', { accountId, path: '/', name: id }) : `arn:aws:iam::${accountId}:u2f/user/${userName}/${id}`
      return { kind, id, serial: (row.serial as string | null) ?? spelled, enabledAt: row.created_at as Date }
    })
  }

  /** Takes a device away from its owner; a virtual one is there to be enabled again. */
  async deactivate(principal: string, device: EnabledDevice): Promise<void> {
    const { store, apps, passkeys } = this.options
    if (device.kind === 'passkey') return void (await passkeys.remove(principal, device.id))
    await apps.remove(principal, device.id)
    await store.query('update iam_mfa_devices set principal = null, app_id = null, enabled_at = null where serial = $1 and principal = $2', [device.serial, principal])
  }

  /** Removes a device; refuses one that is enabled. False where there is none. */
  async remove(serial: string): Promise<boolean> {
    if ((await this.find(serial))?.principal) throw new Refusal('in-use', 'The device cannot be deleted while it is enabled. Deactivate it first.')
    return (await this.options.store.query('delete from iam_mfa_devices where serial = $1 returning serial', [serial])).length > 0
  }

  async tag(serial: string, added: Tags): Promise<void> {
    await this.#tags.add(serial, added)
  }

  async untag(serial: string, keys: readonly string[]): Promise<void> {
    await this.#tags.remove(serial, keys)
  }

  async #row(serial: string): Promise<Row | undefined> {
    return (await this.options.store.query(`select ${columns} from ${source} where d.serial = $1`, [serial]))[0]
  }
}

const fromRow = (row: Row): VirtualDevice => ({
  serial: row.serial as string, accountId: row.account_id as string, name: row.name as string, path: row.path as string, tags: row.tags as Tags,
  principal: (row.principal as string | null) ?? undefined, enabledAt: (row.enabled_at as Date | null) ?? undefined,
})
