// The way by a password that is typed here and proved by a directory: which directories are asked for a name, and what they say.
import type { ExternalIdentity, ExternalSteps, LdapDirectory } from '../federation/index.js'
import type { Executor } from '../../platform/storage/database.js'
import { domainOf } from './mapping.js'
import type { IdentitySource, IdentitySources } from './sources.js'

export type DirectorySource = Extract<IdentitySource, { kind: 'ldap' }>

interface PasswordWayOptions {
  directory: Pick<LdapDirectory, 'prove'>
  sources: Pick<IdentitySources, 'list' | 'secretOf'>
  sql: Executor
}

/** Each that is asked costs time, and a try where the same name is somebody else's. */
const mostAsked = 3

export class PasswordWay {
  constructor(private readonly options: PasswordWayOptions) {}

  /** Lists the sources that a name proves itself at, in the order in which they are asked; none where that is here. */
  async sourcesFor(name: string, userId: string | undefined): Promise<DirectorySource[]> {
    const sources = (await this.options.sources.list()).filter(isAsked)
    if (sources.length === 0) return []
    const ofDomain = name.includes('@') ? sources.find(({ domains }) => domains.includes(domainOf(name))) : undefined
    if (ofDomain) return [ofDomain]
    if (userId !== undefined) return this.#linked(sources, userId)
    return sources.filter(({ provisioning: { create, match } }) => create || match !== 'none').slice(0, mostAsked)
  }

  /** True for somebody whose password is a directory's. */
  async isElsewhere(userId: string): Promise<boolean> {
    return (await this.#linked((await this.options.sources.list()).filter(isAsked), userId)).length > 0
  }

  /** Proves a name and a password; undefined where they are nobody's there. Throws `ExternalRefusal`. */
  async prove(source: IdentitySource, { name, password }: { name: string; password: string }, steps: ExternalSteps): Promise<ExternalIdentity | undefined> {
    return this.options.directory.prove(connectionOf(source), { secret: await this.options.sources.secretOf(source.id), name, password }, steps)
  }

  async #linked(sources: readonly DirectorySource[], userId: string): Promise<DirectorySource[]> {
    if (sources.length === 0) return []
    const rows = await this.options.sql.query<{ source_id: string }>('select source_id from identity_links where user_id = $1 order by linked_at', [userId])
    return rows.flatMap(({ source_id: id }) => sources.filter((source) => source.id === id)).slice(0, mostAsked)
  }
}

function connectionOf(source: IdentitySource) {
  if (source.kind !== 'ldap') throw new Error(`a source of the kind ${source.kind} is not asked by LDAP`)
  return source.connection
}

const isAsked = (source: IdentitySource): source is DirectorySource => source.kind === 'ldap' && source.enabled
