// An OpenLDAP of a test's own: free ports, temporary folder, nothing of a server that runs already.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, mkdir, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { LdapConnection } from '../../src/domain/federation/index.js'
import { getProgram } from './binaries.js'
import { certified, type Certified } from './certificates.js'
import { eventually, FaultyServer, freePort, temporaryFolder } from './servers.js'

const execute = promisify(execFile)

export const ldapBase = 'dc=example,dc=com'
/** Who looks people up. */
export const ldapBinder = { dn: `cn=gatehouse,${ldapBase}`, password: 'the binder of the tests' }

export interface LdapEntry {
  dn: string
  attributes: Record<string, string | Buffer | string[]>
}

/** Somebody below `ou=people`, whose password is `password of` and their uid unless told. */
export function person(uid: string, more: LdapEntry['attributes'] = {}): LdapEntry {
  return {
    dn: `uid=${inDn(uid)},ou=people,${ldapBase}`,
    attributes: { objectClass: ['inetOrgPerson', 'shadowAccount'], uid, cn: `${uid} Person`, sn: 'Person', givenName: uid, mail: `${uid.replace(/[^a-z0-9.]/gi, '-')}@example.com`, userPassword: passwordOf(uid), ...more },
  }
}

export const passwordOf = (uid: string): string => `password of ${uid}`

/** A group below `ou=groups`, of DNs. */
export const group = (cn: string, members: string[]): LdapEntry => ({ dn: `cn=${inDn(cn)},ou=groups,${ldapBase}`, attributes: { objectClass: 'groupOfNames', cn, member: members } })

/** Spells a value for a DN (RFC 4514 section 2.4). */
const inDn = (value: string): string => value.replace(/["+,;<=>\\#]/g, '\\$&')

const usual: LdapEntry[] = [
  { dn: ldapBase, attributes: { objectClass: ['dcObject', 'organization'], dc: 'example', o: 'Example' } },
  { dn: `ou=people,${ldapBase}`, attributes: { objectClass: 'organizationalUnit', ou: 'people' } },
  { dn: `ou=groups,${ldapBase}`, attributes: { objectClass: 'organizationalUnit', ou: 'groups' } },
  { dn: ldapBinder.dn, attributes: { objectClass: ['organizationalRole', 'simpleSecurityObject'], cn: 'gatehouse', userPassword: ldapBinder.password } },
]

const base64 = (value: string | Buffer): string => (typeof value === 'string' ? Buffer.from(value) : value).toString('base64')
const written = (entries: readonly LdapEntry[]): string => entries.map(({ dn, attributes }) => [
  `dn:: ${base64(dn)}`, ...Object.entries(attributes).flatMap(([name, values]) => [values].flat().map((value) => `${name}:: ${base64(value)}`)),
].join('\n')).join('\n\n')

interface LdapOptions {
  entries?: LdapEntry[]
  /** Hosts that its certificate is for. */
  hosts?: string[]
}

/** A server under test, with the faults it can be given. It listens plainly, for StartTLS too, and by TLS. */
export class LdapServer extends FaultyServer {
  private constructor(readonly port: number, readonly securePort: number, folder: string, readonly authority: Certified) {
    super(folder)
  }

  static async start({ entries = [], hosts = ['localhost'] }: LdapOptions = {}): Promise<LdapServer> {
    const port = await freePort()
    const authority = certified({ commonName: `an authority of the tests at ${port}`, isAuthority: true })
    const server = new LdapServer(port, await freePort(), await temporaryFolder('slapd'), authority)
    const { folder } = server
    const own = certified({ commonName: hosts[0]!, hosts, by: authority })
    await mkdir(join(folder, 'db'))
    await writeFile(join(folder, 'key.pem'), own.privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
    await writeFile(join(folder, 'certificate.pem'), own.pem)
    await writeFile(join(folder, 'authority.pem'), authority.pem)
    await writeFile(join(folder, 'slapd.conf'), await configuration(folder))
    await server.load([...usual, ...entries])
    await server.run()
    return server
  }

  /** What a source would know of it, over StartTLS. */
  connection(more: Partial<LdapConnection> = {}): LdapConnection {
    return {
      urls: [`ldap://localhost:${this.port}`], startTls: true, authorities: this.authority.pem, bindDn: ldapBinder.dn, baseDn: `ou=people,${ldapBase}`, userFilter: '(uid={name})', subject: 'entryUUID', ...more,
    }
  }

  get secureUrl(): string {
    return `ldaps://localhost:${this.securePort}`
  }

  /** Adds entries while it is not running. */
  async load(entries: readonly LdapEntry[]): Promise<void> {
    const file = join(this.folder, 'entries.ldif')
    await writeFile(file, `${written(entries)}\n`)
    await execute(getProgram('slapadd'), ['-q', '-f', join(this.folder, 'slapd.conf'), '-l', file])
  }

  /** Starts the program, anew after `kill`. */
  async run(): Promise<void> {
    this.child = spawn(getProgram('slapd'), ['-d', '0', '-f', join(this.folder, 'slapd.conf'), '-h', `ldap://127.0.0.1:${this.port} ldaps://127.0.0.1:${this.securePort}`], { stdio: 'ignore' })
    await eventually(async () => {
      const socket = connect(this.securePort, '127.0.0.1')
      try {
        await once(socket, 'connect')
        return true
      } finally {
        socket.destroy()
      }
    })
  }
}

const schemas = ['/etc/ldap/schema', '/etc/openldap/schema', '/usr/local/etc/openldap/schema']
const modules = ['/usr/lib/ldap', '/usr/lib/openldap', '/usr/lib64/openldap']

const firstOf = async (folders: readonly string[], file: string): Promise<string | undefined> => {
  for (const folder of folders) if (await access(join(folder, file)).then(() => true, () => false)) return folder
  return undefined
}

async function configuration(folder: string): Promise<string> {
  const schema = await firstOf(schemas, 'core.schema')
  const loadable = await firstOf(modules, 'back_mdb.so')
  return [
    ...['core', 'cosine', 'nis', 'inetorgperson', 'msuser'].map((name) => `include ${schema}/${name}.schema`),
    ...(loadable ? [`modulepath ${loadable}`, 'moduleload back_mdb'] : []),
    `pidfile ${folder}/pid`, `argsfile ${folder}/args`, `TLSCACertificateFile ${folder}/authority.pem`, `TLSCertificateFile ${folder}/certificate.pem`, `TLSCertificateKeyFile ${folder}/key.pem`,
    // Directories that say yes to a name without a password are about: none of ours is asked so.
    'allow bind_anon_cred bind_anon_dn', 'sizelimit unlimited',
    'database mdb', `suffix "${ldapBase}"`, `directory ${folder}/db`, 'maxsize 104857600', 'dbnosync', 'index objectClass,uid,member eq',
    'access to attrs=userPassword by anonymous auth by * none',
    `access to * by dn.exact="${ldapBinder.dn}" read by anonymous auth by self read by * none`, '',
  ].join('\n')
}
