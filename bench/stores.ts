// The stores that are measured over: started by the bench itself on ports and in folders of its own, and
// prepared once, so that each scenario begins with a copy.
import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Client } from 'pg'
import { PostgresServer } from '../test/support/postgres.js'
import { RedisServer } from '../test/support/redis.js'
import { freePort, temporaryFolder } from '../test/support/servers.js'
import { organizationFile } from './organization.js'
import { Program } from './program.js'

/** `large` is the directory of 100,000 people. */
export interface Wanted {
  stores: 'embedded' | 'servers'
  large?: boolean
}

/** How the report names the stores. */
export const named = { embedded: 'embedded', servers: 'PostgreSQL + Redis' }

type Environment = Record<string, string>

const masterKey = { MASTER_KEY: '42'.repeat(32) }

export class Stores {
  private postgres: PostgresServer | undefined
  private redis: RedisServer | undefined
  private readonly prepared = new Map<string, Promise<Environment>>()
  private copies = 0

  private constructor(private readonly folder: string) {}

  static async open(): Promise<Stores> {
    const folder = await temporaryFolder('bench')
    writeFileSync(join(folder, 'organization.yaml'), organizationFile())
    return new Stores(folder)
  }

  /** Starts a Gatehouse over a fresh copy of a prepared store. */
  async startGatehouse(wanted: Wanted, env: Environment = {}): Promise<Program> {
    const stores = await this.copy(wanted, await this.prepare(wanted))
    return this.run({ ...stores, ...env })
  }

  /** The settings of a fresh copy of a prepared store, for who starts the program several times over. */
  async copyFor(wanted: Wanted): Promise<Environment> {
    return this.copy(wanted, await this.prepare(wanted))
  }

  /** Starts a Gatehouse over stores that are there. */
  async run(env: Environment): Promise<Program> {
    const port = await freePort()
    return Program.start({ run: ['program/gatehouse.js', 'start'], port, env: { PUBLIC_URL: `http://localhost:${port}`, ...masterKey, ...env } }, '/readyz')
  }

  async close(): Promise<void> {
    await this.postgres?.stop()
    await this.redis?.stop()
    await rm(this.folder, { recursive: true, force: true })
  }

  private prepare(wanted: Wanted): Promise<Environment> {
    const name = `${wanted.stores}${wanted.large ? '_large' : ''}`
    const known = this.prepared.get(name) ?? this.make(wanted, name)
    this.prepared.set(name, known)
    return known
  }

  private async make(wanted: Wanted, name: string): Promise<Environment> {
    if (!wanted.large) {
      const stores = wanted.stores === 'embedded' ? { DATA_DIR: this.place(name) } : await this.serverStores(name)
      await Program.finish(['program/gatehouse.js', 'apply', '--yes', join(this.folder, 'organization.yaml')], { ...stores, ...masterKey })
      return stores
    }
    const stores = await this.copy(wanted, await this.prepare({ stores: wanted.stores }))
    await Program.finish(['bench/grow.js'], stores)
    return stores
  }

  private async copy({ stores }: Wanted, from: Environment): Promise<Environment> {
    const name = `copy_${this.copies += 1}`
    if (stores === 'servers') return this.serverStores(name, new URL(from.DATABASE_URL!).pathname.slice(1))
    const folder = this.place(name)
    cpSync(from.DATA_DIR!, folder, { recursive: true })
    return { DATA_DIR: folder }
  }

  private async serverStores(name: string, template = 'template1'): Promise<Environment> {
    this.postgres ??= await PostgresServer.start({ durable: true })
    this.redis ??= await RedisServer.start()
    const client = new Client({ connectionString: this.postgres.url() })
    await client.connect()
    await client.query(`create database ${name} template ${template}`)
    await client.end()
    return { DATABASE_URL: this.postgres.url(name), REDIS_URL: `${this.redis.url}/${this.copies % 16}`, DATA_DIR: this.place(name) }
  }

  private place(name: string): string {
    const folder = join(this.folder, name)
    mkdirSync(folder, { recursive: true })
    return folder
  }
}
