// Which organization a command talks to: by option, by environment, or as remembered from the last sign-in.
import { join } from 'node:path'
import { z } from 'zod'
import { Refusal } from '../../platform/errors.js'
import { readIfThere, replaceFile } from './files.js'
import type { Io } from './io.js'

export interface Target {
  /** Name of the session in the AWS configuration and of the token in its cache. */
  session: string
  startUrl: string
  /** Where the APIs are: an origin, without a slash at its end. */
  endpoint: string
  region: string
}

export interface TargetOptions {
  'session'?: string | undefined
  'start-url'?: string | undefined
  'endpoint-url'?: string | undefined
  'region'?: string | undefined
}

/** Options that every client command takes. */
export const targetOptions = {
  'session': { type: 'string' },
  'start-url': { type: 'string' },
  'endpoint-url': { type: 'string' },
  'region': { type: 'string' },
  'help': { type: 'boolean', short: 'h' },
} as const

const Remembered = z.object({
  current: z.string(),
  sessions: z.record(z.string(), z.object({ startUrl: z.string(), endpoint: z.string(), region: z.string() })),
})

const fileOf = (io: Io): string => join(io.home, '.gatehouse', 'config.json')

async function remembered(io: Io): Promise<z.infer<typeof Remembered>> {
  const text = await readIfThere(fileOf(io))
  if (text === undefined) return { current: 'gatehouse', sessions: {} }
  try {
    return Remembered.parse(JSON.parse(text))
  } catch (error) {
    throw new Refusal('invalid-input', `${fileOf(io)} cannot be read. Remove it and sign in again.`, { cause: error })
  }
}

/** Finds out which organization is meant. */
export async function targetOf(options: TargetOptions, io: Io): Promise<Target> {
  const { current, sessions } = await remembered(io)
  const session = options.session ?? current
  if (!/^[\w.@+-]{1,64}$/.test(session)) throw new Refusal('invalid-input', 'A session name has 1 to 64 letters, digits or any of . _ @ + -')
  const known = Object.hasOwn(sessions, session) ? sessions[session] : undefined
  const named = options['start-url'] ?? io.env['GATEHOUSE_START_URL']
  const startUrl = named ? url(named, 'The start URL') : known?.startUrl
  if (!startUrl) throw new Refusal('invalid-input', 'Which access portal? Name it with --start-url https://…/start or GATEHOUSE_START_URL.')
  const same = known?.startUrl === startUrl ? known : undefined
  const endpoint = options['endpoint-url'] ? new URL(url(options['endpoint-url'], 'The endpoint URL')).origin : (same?.endpoint ?? new URL(startUrl).origin)
  const region = options.region ?? same?.region ?? io.env['AWS_REGION'] ?? 'us-east-1'
  if (!/^[a-z0-9-]{1,64}$/.test(region)) throw new Refusal('invalid-input', 'A region has lower-case letters, digits and hyphens, like us-east-1.')
  return { session, startUrl, endpoint, region }
}

/** Remembers an organization, so that the next command need not name it. */
export async function remember({ session, ...target }: Target, io: Io): Promise<void> {
  const { sessions } = await remembered(io)
  await replaceFile(fileOf(io), `${JSON.stringify({ current: session, sessions: { ...sessions, [session]: target } }, null, 2)}\n`, { secret: true })
}

function url(text: string, what: string): string {
  const parsed = URL.canParse(text) ? new URL(text) : undefined
  if (!parsed || !/^https?:$/.test(parsed.protocol) || parsed.username || parsed.password) {
    throw new Refusal('invalid-input', `${what} must be a web address, like https://gatehouse.example.com/start.`)
  }
  parsed.hash = ''
  if (parsed.pathname === '/') parsed.pathname = '/start'
  return parsed.href.replace(/\/+$/, '')
}

/** Refuses to send secrets in the clear to another computer. */
export function requireProtected({ startUrl, endpoint }: Target): void {
  for (const address of [startUrl, endpoint]) {
    const { protocol, hostname } = new URL(address)
    const local = hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname)
    if (protocol === 'http:' && !local) {
      throw new Refusal('invalid-input', `${address} is not protected on its way. Use https, or --allow-http if you know the network between.`)
    }
  }
}

/** The address of the portal as this computer reaches it; the start URL may be only a name. */
export const portalOf = ({ startUrl, endpoint }: Target): string => (new URL(startUrl).origin === endpoint ? startUrl : `${endpoint}/start`)
