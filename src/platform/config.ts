// Settings: the only reader of the environment. All faults are listed at once, in plain words.
import { accessSync, constants, readFileSync } from 'node:fs'
import type { BlockList } from 'node:net'
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { streamTargetsOf, type StreamTarget } from './audit/index.js'
import { keptMasterKey, MasterKey, parseMasterKey } from './keys/index.js'
import { networksOf } from './outbound/index.js'

export interface Config {
  publicUrl: URL
  port: number
  listenAddress: string | undefined
  /** Where monitors read; nowhere without a port. */
  metricsPort: number | undefined
  metricsAddress: string
  allowedHosts: string[]
  trustedProxies: BlockList
  dataDir: string
  databasePool: number
  region: string
  hashConcurrency: number
  bcryptCost: number
  leakedPasswords: URL | undefined
  outboundNetworks: BlockList
  /** Days; for ever where there is none. */
  auditRetention: number | undefined
  logLevel: string
}

/** Kept apart from Config so that a Config may be logged. */
export interface Secrets {
  databaseUrl: string | undefined
  redisUrl: string | undefined
  smtpUrl: string | undefined
  /** The address of a webhook may be a secret in itself. */
  auditStreams: readonly StreamTarget[]
  auditWebhookSecret: string | undefined
  masterKey: MasterKey
}

export interface Settings {
  config: Readonly<Config>
  secrets: Readonly<Secrets>
}

/** Lists what is wrong with the settings, one sentence a fault. */
export class SettingsFault extends Error {
  constructor(readonly faults: string[]) {
    super(`The settings cannot be used:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`)
    this.name = 'SettingsFault'
  }
}

type Environment = Record<string, string | undefined>

/** Reads and checks every setting; throws `SettingsFault` with all faults. */
export function readSettings(env: Environment): Settings {
  const reader = new Reader(env)
  const dataDir = resolve(reader.text('DATA_DIR') ?? 'data')
  const publicUrl = reader.publicUrl()
  const config: Config = {
    publicUrl,
    port: reader.integer('PORT', 0, 65535) ?? Number(publicUrl.port || 8080),
    listenAddress: reader.text('LISTEN_ADDRESS') ?? (isLoopback(publicUrl.hostname) ? 'localhost' : undefined),
    metricsPort: reader.integer('METRICS_PORT', 1, 65535),
    metricsAddress: reader.text('METRICS_ADDRESS') ?? 'localhost',
    allowedHosts: reader.hosts(),
    trustedProxies: reader.networks('TRUSTED_PROXIES'),
    dataDir,
    databasePool: reader.integer('DATABASE_POOL', 2, 200) ?? 10,
    region: reader.matching('REGION', /^[a-z]{2}(-[a-z]+)+-\d$/, 'a region such as us-east-1') ?? 'us-east-1',
    hashConcurrency: reader.integer('HASH_CONCURRENCY', 1, 64) ?? availableParallelism(),
    bcryptCost: reader.integer('BCRYPT_COST', 10, 14) ?? 10,
    leakedPasswords: reader.leakedPasswords(),
    outboundNetworks: reader.networks('OUTBOUND_NETWORKS'),
    auditRetention: reader.integer('AUDIT_RETENTION', 1, 36_500),
    logLevel: reader.matching('LOG_LEVEL', /^(trace|debug|info|warn|error|silent)$/, 'trace, debug, info, warn, error or silent') ?? 'info',
  }
  const databaseUrl = reader.secretUrl('DATABASE_URL', ['postgres:', 'postgresql:'])
  const redisUrl = reader.redisUrl()
  const smtpUrl = reader.secretUrl('SMTP_URL', ['smtp:', 'smtps:'])
  const streams = reader.auditStreams()
  const given = reader.masterKey()
  if (reader.faults.length > 0) throw new SettingsFault(reader.faults)
  const masterKey = given ?? masterKeyIn(dataDir)
  return { config: Object.freeze(config), secrets: Object.freeze({ databaseUrl, redisUrl, smtpUrl, ...streams, masterKey }) }
}

function masterKeyIn(dataDir: string): MasterKey {
  try {
    return keptMasterKey(dataDir)
  } catch (error) {
    throw new SettingsFault([`DATA_DIR is "${dataDir}", and the master key in it cannot be used: ${(error as Error).message}.`])
  }
}

/** True for the names and addresses of this machine, where plain http is accepted. */
export const isLoopback = (host: string): boolean => host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127(\.\d+){3}$/.test(host)

class Reader {
  readonly faults: string[] = []
  readonly #env: Environment

  constructor(env: Environment) {
    this.#env = env
  }

  text(name: string): string | undefined {
    return this.#env[name]?.trim() || undefined
  }

  matching(name: string, pattern: RegExp, expected: string): string | undefined {
    const value = this.text(name)
    if (value === undefined || pattern.test(value)) return value
    this.faults.push(`${name} is "${value}", and must be ${expected}.`)
    return undefined
  }

  integer(name: string, least: number, most: number): number | undefined {
    const value = this.text(name)
    if (value === undefined) return undefined
    const number = /^\d+$/.test(value) ? Number(value) : Number.NaN
    if (number >= least && number <= most) return number
    this.faults.push(`${name} is "${value}", and must be a whole number from ${least} to ${most}.`)
    return undefined
  }

  publicUrl(): URL {
    const value = this.text('PUBLIC_URL') ?? `http://localhost:${Number(this.text('PORT')) || 8080}`
    const url = URL.canParse(value) ? new URL(value) : undefined
    if (!url || !/^https?:$/.test(url.protocol)) this.faults.push(`PUBLIC_URL is "${value}", and must be an address such as https://login.example.com.`)
    else if (url.pathname !== '/' || url.search || url.hash || url.username) this.faults.push(`PUBLIC_URL is "${value}", and must have no path, query or user: stock AWS clients drop a path.`)
    else if (url.protocol === 'http:' && !isLoopback(url.hostname)) this.faults.push(`PUBLIC_URL is "${value}": plain http is accepted for localhost only. Use https.`)
    else return url
    return new URL('http://localhost')
  }

  hosts(): string[] {
    const hosts = this.#list('ALLOWED_HOSTS')
    for (const host of hosts) if (!/^(\*\.)?[a-z0-9.-]+(:\d+)?$/i.test(host)) this.faults.push(`ALLOWED_HOSTS has "${host}", which is not a host name.`)
    return hosts.map((host) => host.toLowerCase())
  }

  networks(name: string): BlockList {
    return networksOf(this.#list(name), (entry) => { this.faults.push(`${name} has "${entry}", which is not an address or network such as 10.0.0.0/8.`) })
  }

  secret(name: string): string | undefined {
    const file = this.text(`${name}_FILE`)
    const value = this.text(name)
    if (file && value) this.faults.push(`${name} and ${name}_FILE are both set. Keep one.`)
    if (!file) return value
    try {
      return readFileSync(file, 'utf8').trim() || undefined
    } catch {
      this.faults.push(`${name}_FILE is "${file}", which cannot be read.`)
      return undefined
    }
  }

  secretUrl(name: string, protocols: string[]): string | undefined {
    const value = this.secret(name)
    if (value === undefined) return undefined
    if (URL.canParse(value) && protocols.includes(new URL(value).protocol)) return value
    this.faults.push(`${name} must begin with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}.`)
    return undefined
  }

  /** Sentinel and Cluster name several hosts, which no URL may. */
  redisUrl(): string | undefined {
    const value = this.secret('REDIS_URL')
    if (value === undefined || /^rediss?(\+sentinel|\+cluster)?:\/\/[^\s/]+(\/\S*)?$/.test(value)) return value
    this.faults.push('REDIS_URL must begin with redis:// or rediss://, or with redis+sentinel:// or redis+cluster:// and a list of hosts.')
    return undefined
  }

  /** A file of hashes that can be read, or a service; plain http is good enough for this machine only. */
  leakedPasswords(): URL | undefined {
    const value = this.text('LEAKED_PASSWORDS')
    if (value === undefined) return undefined
    const url = URL.canParse(value) ? new URL(value) : undefined
    if (url?.protocol === 'file:') return this.#readable('LEAKED_PASSWORDS', url)
    if (url && !url.search && !url.hash && url.pathname.endsWith('/') && (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname)))) return url
    this.faults.push(`LEAKED_PASSWORDS is "${value}", and must be file:/path/to/hashes.txt or an https address that ends in /, such as https://leaks.example.com/range/.`)
    return undefined
  }

  #readable(name: string, file: URL): URL | undefined {
    try {
      accessSync(file, constants.R_OK)
      return file
    } catch {
      this.faults.push(`${name} is "${file.href}", which cannot be read.`)
      return undefined
    }
  }

  auditStreams(): Pick<Secrets, 'auditStreams' | 'auditWebhookSecret'> {
    const auditWebhookSecret = this.secret('AUDIT_WEBHOOK_SECRET')
    const entries = (this.secret('AUDIT_STREAMS') ?? '').split(/[,\n]/).map((entry) => entry.trim()).filter(Boolean)
    const auditStreams = streamTargetsOf(entries, (entry) => { this.faults.push(`AUDIT_STREAMS has "${entry}", which is not stdout, file:/path, syslog+udp://, syslog+tcp:// or syslog+tls:// with a host, or the address of a webhook.`) })
    if (auditStreams.some(({ kind }) => kind === 'webhook') && (auditWebhookSecret?.length ?? 0) < 24) this.faults.push('AUDIT_WEBHOOK_SECRET must have 24 characters or more where AUDIT_STREAMS has a webhook: `openssl rand -base64 32` makes one.')
    return { auditStreams, auditWebhookSecret }
  }

  masterKey(): MasterKey | undefined {
    const text = this.secret('MASTER_KEY')
    if (text === undefined) return undefined
    const bytes = parseMasterKey(text)
    if (bytes) return new MasterKey(bytes)
    this.faults.push('MASTER_KEY must be 64 hexadecimal digits or base64 of 32 bytes: `openssl rand -hex 32` makes one.')
    return undefined
  }

  #list(name: string): string[] {
    return (this.text(name) ?? '').split(',').map((entry) => entry.trim()).filter(Boolean)
  }
}
