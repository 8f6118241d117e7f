// The stock AWS CLI of this machine, in a scratch home folder and pointed at an app.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getProgram } from './binaries.js'

const config = (origin: string): string => `
[sso-session corp]
sso_start_url = ${origin}/start
sso_region = us-east-1
sso_registration_scopes = sso:account:access
[profile dev]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = AdministratorAccess
region = us-east-1
output = json
[profile foreign]
sso_session = corp
sso_account_id = 444455556666
sso_role_name = AdministratorAccess
region = us-east-1
[profile legacy]
sso_start_url = ${origin}/start
sso_region = us-east-1
sso_account_id = 444455556666
sso_role_name = ReadOnly
region = us-east-1
output = json
`

// Every service of the region at one host: the way to point a version that knows no endpoint settings.
const endpoints = (host: string): object => ({
  version: 3,
  partitions: [{
    partition: 'aws', partitionName: 'AWS Standard', dnsSuffix: 'amazonaws.com', regionRegex: '^(us|eu)\\-\\w+\\-\\d+$',
    defaults: { hostname: host, protocols: ['http'], signatureVersions: ['v4'] },
    regions: { 'us-east-1': { description: 'local' } },
    services: Object.fromEntries(['oidc', 'portal.sso', 'sts'].map((service) => [service, { endpoints: { 'us-east-1': {} } }])),
  }],
})

export interface Run {
  code: number
  out: string
  err: string
}

/** Prepares a home folder in which `aws` finds the app. */
export function awsCli(origin: string) {
  const program = getProgram('aws')
  const home = mkdtempSync(join(tmpdir(), 'gatehouse-aws-'))
  mkdirSync(join(home, '.aws', 'models'), { recursive: true })
  writeFileSync(join(home, '.aws', 'config'), config(origin))
  writeFileSync(join(home, '.aws', 'models', 'endpoints.json'), JSON.stringify(endpoints(new URL(origin).host)))
  return {
    home,
    /** Runs it; `seen` gets what it has printed whenever there is more. */
    run: async (args: string[], seen: (out: string) => void = () => undefined): Promise<Run> => {
      const child = spawn(program, args, { env: { PATH: '/usr/bin:/bin', HOME: home, AWS_EC2_METADATA_DISABLED: 'true' }, stdio: ['ignore', 'pipe', 'pipe'] })
      const run = { code: 0, out: '', err: '' }
      child.stdout.setEncoding('utf8').on('data', (text: string) => seen(run.out += text))
      child.stderr.setEncoding('utf8').on('data', (text: string) => { run.err += text })
      const [code] = await once(child, 'close') as [number]
      return { ...run, code }
    },
    /** Forgets the credentials that it keeps, so that it asks for new ones. */
    forgetCredentials: () => rmSync(join(home, '.aws', 'cli', 'cache'), { recursive: true, force: true }),
    /** Changes the secrets of the registrations that it keeps. */
    spoilRegistrations: () => {
      const folder = join(home, '.aws', 'sso', 'cache')
      for (const name of readdirSync(folder)) {
        const kept = JSON.parse(readFileSync(join(folder, name), 'utf8')) as object
        writeFileSync(join(folder, name), JSON.stringify({ ...kept, clientSecret: 'of-another-server' }))
      }
    },
    remove: () => rmSync(home, { recursive: true, force: true }),
  }
}
