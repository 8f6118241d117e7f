// What a real directory says of people, with all that goes wrong between it and us.
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { ExternalRefusal, ExternalSteps, LdapDirectory, type LdapConnection } from '../../../src/domain/federation/index.js'
import { networksOf, Outbound } from '../../../src/platform/outbound/index.js'
import { certified } from '../../support/certificates.js'
import { group, ldapBase, ldapBinder, LdapServer, passwordOf, person } from '../../support/ldap.js'
import { needs } from '../../support/needs.js'
import { eventually, freePort } from '../../support/servers.js'

const fail = (entry: string): never => { throw new Error(entry) }
const outbound = new Outbound({ allowed: networksOf(['127.0.0.0/8', '::1'], fail) })
const strange = ['a*b', 'left(right)', 'back\\slash', 'comma, inc', 'jürgen', 'plus+minus', '東京', "o'neill"]
const dnOf = (uid: string): string => person(uid).dn
const groupDn = (cn: string): string => group(cn, []).dn
const byDn = { baseDn: `ou=groups,${ldapBase}`, filter: '(member={dn})', name: 'cn', nested: false }

const entries = [
  ...Array.from({ length: 30 }, (_, at) => person(`p${String(at).padStart(2, '0')}`)),
  ...strange.map((uid) => person(uid)),
  person('ann', { cn: ['Ann', 'Annie'], mail: 'shared@example.com', description: 'x'.repeat(5000), jpegPhoto: '\u{1f600}' }), person('ben', { mail: 'shared@example.com' }),
  person('gone', { shadowExpire: '10' }), person('later', { shadowExpire: '90000' }),
  person('void', { userPassword: [] }),
  // What is text by chance, and begins with what text may begin with, too.
  person('bytes', { objectClass: ['inetOrgPerson', 'extensibleObject'], objectGUID: Buffer.from('efbbbf41424344454647484950515253', 'hex'), userAccountControl: '512', accountExpires: '9223372036854775807' }),
  person('disabled', { objectClass: ['inetOrgPerson', 'extensibleObject'], objectGUID: Buffer.from('ff00112233445566778899aabbccddee', 'hex'), userAccountControl: '514' }),
  group('Readers', [dnOf('ann'), dnOf('comma, inc'), dnOf('a*b'), dnOf('left(right)')]), group('Writers', [groupDn('Readers')]), group('All', [groupDn('Writers'), groupDn('Loop')]), group('Loop', [groupDn('All')]), group('Others', [dnOf('ben')]),
  { dn: `cn=posix,ou=groups,${ldapBase}`, attributes: { objectClass: 'posixGroup', cn: 'posix', gidNumber: '7', memberUid: ['ann', 'back\\slash'] } },
]

needs('slapd').describe('a directory', () => {
  let server: LdapServer
  let other: LdapServer
  beforeAll(async () => {
    [server, other] = await Promise.all([LdapServer.start({ entries }), LdapServer.start({ entries })])
  })
  afterAll(() => Promise.all([server.stop(), other.stop()]))

  const asked = () => new LdapDirectory({ outbound, clock: Date.now })
  const prove = (name: string, password = passwordOf(name), more: Partial<LdapConnection> = {}, steps = new ExternalSteps(), directory = asked()) =>
    directory.prove(server.connection(more), { secret: ldapBinder.password, name, password }, steps)
  const refused = (reason: string) => expect.objectContaining({ name: 'Refusal', code: 'credentials-wrong', reason })
  const first = (claims: ReadonlyMap<string, readonly string[]> | undefined, name: string) => claims?.get(name)

  test('proves a name and a password, and says who that is', async () => {
    const steps = new ExternalSteps()
    const identity = await prove('ann', undefined, {}, steps)
    expect(identity).toMatchObject({ subject: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f-]{27}$/), amr: ['pwd'] })
    expect(first(identity?.claims, 'uid')).toEqual(['ann'])
    expect(first(identity?.claims, 'cn')).toEqual(['Ann', 'Annie'])
    expect(first(identity?.claims, 'dn')).toEqual([dnOf('ann')])
    expect([...identity!.claims.keys()]).not.toEqual(expect.arrayContaining(['description']))
    expect(JSON.stringify([...identity!.claims])).not.toContain('password of')
    expect(steps.steps.map(({ name, outcome }) => [name, outcome])).toEqual([['connection', 'passed'], ['bind', 'passed'], ['search', 'passed'], ['password', 'passed']])
    expect(JSON.stringify(steps.steps)).not.toMatch(/password of|the binder/)
  })

  test('proves people with signs in their names that mean something to filters and DNs', async () => {
    for (const uid of strange) expect([uid, first((await prove(uid, undefined, { groups: byDn }))?.claims, 'uid')]).toEqual([uid, [uid]])
    expect(first((await prove('a*b', undefined, { groups: byDn }))?.claims, 'groups')).toEqual(['Readers'])
    expect(first((await prove('comma, inc', undefined, { groups: byDn }))?.claims, 'groups')).toEqual(['Readers'])
  })

  test('says the same of a wrong password and of nobody’s name', async () => {
    for (const [name, password] of [['ann', 'wrong'], ['ann', passwordOf('ben')], ['nobody', passwordOf('ann')], ['', 'x'], ['  ', 'x'], ['n'.repeat(2000), 'x'], ['void', 'x'], ['ann', 'x'.repeat(5000)]]) {
      expect([name, await prove(name!, password!)]).toEqual([name, undefined])
    }
  })

  test('binds as often for nobody’s name as for a wrong password', async () => {
    const binds = async (name: string, password: string): Promise<number> => {
      let count = 0
      const watched = {
        connect: async (...asked: Parameters<Outbound['connect']>) => {
          const socket = await outbound.connect(...asked)
          const write = socket.write.bind(socket) as (part: Buffer, then: () => void) => boolean
          // The operation stands behind the length and the number of the message.
          socket.write = ((part: Buffer, then: () => void) => {
            if (part[part[1] === 0x81 ? 6 : 5] === 0x60) count += 1
            return write(part, then)
          }) as typeof socket.write
          return socket
        },
      }
      expect(await new LdapDirectory({ outbound: watched, clock: Date.now }).prove(server.connection({ startTls: false }), { secret: ldapBinder.password, name, password }, new ExternalSteps())).toBeUndefined()
      return count
    }
    expect([await binds('ann', 'wrong'), await binds('nobody', 'wrong'), await binds('nobody', passwordOf('ann'))]).toEqual([2, 2, 2])
  })

  test('never asks with a password that is none, which this directory says yes to', async () => {
    for (const name of ['ann', 'nobody']) for (const password of ['', '\0', '\0\0', '\0x']) expect(await prove(name, password)).toBeUndefined()
    for (const secret of [undefined, '', '\0']) await expect(asked().prove(server.connection(), { secret, name: 'ann', password: passwordOf('ann') }, new ExternalSteps())).rejects.toEqual(refused('bind-refused'))
  })

  test('takes no name for another’s, whatever is typed', async () => {
    const directory = asked()
    const sign = fc.constantFrom('*', '(', ')', '\\', '\0', '|', '&', '!', '=', 'uid', 'ann', 'a', 'n', ' ', ',', '\\2a', '{dn}', '{name}', ')(uid=*', 'ü')
    await fc.assert(fc.asyncProperty(fc.array(sign, { minLength: 1, maxLength: 8 }).map((signs) => signs.join('')), async (name) => {
      const identity = await prove(name, passwordOf('ann'), { startTls: false, authorities: undefined }, new ExternalSteps(), directory)
      expect(identity === undefined || name.trim().toLowerCase() === 'ann').toBe(true)
    }), { numRuns: 150 })
  })

  test('refuses a name that is that of two', async () => {
    await expect(prove('shared@example.com', passwordOf('ann'), { userFilter: '(|(uid={name})(mail={name}))' })).rejects.toEqual(refused('ambiguous'))
    expect(first((await prove('p01@example.com', passwordOf('p01'), { userFilter: '(| (uid={name}) (mail={name}) )' }))?.claims, 'uid')).toEqual(['p01'])
  })

  test('keeps out whom the directory keeps out', async () => {
    expect(await prove('gone')).toBeUndefined()
    expect(await prove('later')).toBeDefined()
  })

  test('reads what Active Directory says', async () => {
    expect(await prove('bytes', undefined, { subject: 'objectguid' })).toMatchObject({ subject: '41bfbbef-4342-4544-4647-484950515253' })
    expect(first((await prove('bytes'))?.claims, 'objectGUID')).toEqual(['41bfbbef-4342-4544-4647-484950515253'])
    expect(await prove('disabled', undefined, { subject: 'objectGUID' })).toBeUndefined()
  })

  test('finds groups by DN and by name, and those around them where it is told', async () => {
    const groups = async (more: object, uid = 'ann', typed = uid) => [...first((await prove(typed, passwordOf(uid), { groups: { ...byDn, ...more }, userFilter: '(|(uid={name})(mail={name}))' }))?.claims, 'groups') ?? []].toSorted()
    expect(await groups({})).toEqual(['Readers'])
    expect(await groups({ nested: true })).toEqual(['All', 'Loop', 'Readers', 'Writers'])
    expect(await groups({ filter: '(memberUid={name})' })).toEqual(['posix'])
    expect(await groups({ filter: '(memberUid={name})', nested: true })).toEqual(['posix'])
    expect(await groups({ filter: '(|(member={dn})(memberUid={name}))', nested: true })).toEqual(['All', 'Loop', 'Readers', 'Writers', 'posix'])
    expect(await groups({ filter: '(memberUid={name})' }, 'back\\slash', 'back-slash@example.com')).toEqual(['posix'])
    expect(await groups({ name: 'dn' })).toEqual([groupDn('Readers')])
    expect(await groups({}, 'p03')).toEqual([])
    await expect(groups({ baseDn: `ou=nowhere,${ldapBase}` })).rejects.toEqual(refused('base-missing'))
  })

  test('says what is wrong with what it was told', async () => {
    const told = (more: Partial<LdapConnection>, secret = ldapBinder.password) => asked().prove(server.connection(more), { secret, name: 'ann', password: passwordOf('ann') }, new ExternalSteps())
    await expect(told({}, 'wrong')).rejects.toEqual(refused('bind-refused'))
    await expect(told({ bindDn: `cn=nobody,${ldapBase}` })).rejects.toEqual(refused('bind-refused'))
    await expect(told({ bindDn: 'nonsense' })).rejects.toEqual(refused('bind-refused'))
    await expect(told({ baseDn: `ou=nowhere,${ldapBase}` })).rejects.toEqual(refused('base-missing'))
    await expect(told({ baseDn: 'nonsense' })).rejects.toEqual(refused('base-missing'))
    await expect(told({ subject: 'objectGUID' })).rejects.toEqual(refused('no-subject'))
    await expect(told({ subject: 'cn' })).rejects.toEqual(refused('no-subject'))
    await expect(told({ userFilter: '(uid={name}' })).rejects.toEqual(refused('filter'))
    await expect(told({ userFilter: '(uid=ann)' })).rejects.toEqual(refused('filter'))
    await expect(told({ groups: { ...byDn, filter: '(objectClass=groupOfNames)' } })).rejects.toEqual(refused('filter'))
    expect(await told({ subject: 'dn' })).toMatchObject({ subject: dnOf('ann') })
  })

  test('believes in its own authority only, and in the name of the server', async () => {
    const stranger = certified({ commonName: server.authority.commonName, isAuthority: true }).pem
    for (const urls of [[`ldap://localhost:${server.port}`], [server.secureUrl]]) {
      expect(await prove('ann', undefined, { urls })).toBeDefined()
      await expect(prove('ann', undefined, { urls, authorities: stranger })).rejects.toEqual(refused('tls'))
      await expect(prove('ann', undefined, { urls, authorities: undefined })).rejects.toEqual(refused('tls'))
      await expect(prove('ann', undefined, { urls: urls.map((url) => url.replace('localhost', '127.0.0.1')) })).rejects.toEqual(refused('tls'))
    }
  })

  test('warns where passwords can be read on the way, and goes nowhere that it may not', async () => {
    const steps = new ExternalSteps()
    expect(await prove('ann', undefined, { startTls: false }, steps)).toBeDefined()
    expect(steps.steps).toContainEqual(expect.objectContaining({ name: 'connection', outcome: 'warned', advice: 'Use ldaps:// or StartTLS.' }))
    const nowhere = new LdapDirectory({ outbound: new Outbound({ allowed: networksOf([], fail) }), clock: Date.now })
    await expect(prove('ann', undefined, {}, new ExternalSteps(), nowhere)).rejects.toEqual(refused('unreachable'))
  })

  test('takes the next server where one is gone, and remembers which', async () => {
    const [dead, directory] = [`ldap://localhost:${await freePort()}`, asked()]
    const more = { urls: [dead, `ldap://localhost:${server.port}`] }
    const [steps, again] = [new ExternalSteps(), new ExternalSteps()]
    expect(await prove('ann', undefined, more, steps, directory)).toBeDefined()
    expect(steps.steps[0]).toMatchObject({ name: 'connection', outcome: 'warned' })
    expect(await prove('ann', undefined, more, again, directory)).toBeDefined()
    expect(again.steps[0]).toMatchObject({ name: 'connection', outcome: 'passed' })
    await expect(prove('ann', undefined, { urls: [dead] })).rejects.toEqual(refused('unreachable'))
    await expect(prove('ann', undefined, { urls: ['nonsense', 'http://localhost/'] })).rejects.toEqual(refused('unreachable'))
  })

  test('a frozen server gives way to the next one, for many at once', async () => {
    other.freeze()
    try {
      const directory = asked()
      const connection = server.connection({ urls: [`ldap://localhost:${other.port}`, `ldap://localhost:${server.port}`], authorities: `${other.authority.pem}${server.authority.pem}` })
      const names = Array.from({ length: 20 }, (_, at) => `p${String(at).padStart(2, '0')}`)
      const proved = await Promise.all(names.map((name) => directory.prove(connection, { secret: ldapBinder.password, name, password: passwordOf(name) }, new ExternalSteps())))
      expect(proved.map((identity) => first(identity?.claims, 'uid')?.[0])).toEqual(names)
      await expect(directory.prove({ ...connection, urls: [`ldap://localhost:${other.port}`] }, { secret: ldapBinder.password, name: 'ann', password: 'x' }, new ExternalSteps())).rejects.toEqual(refused('unreachable'))
    } finally {
      other.thaw()
    }
  })

  test('closes every connection, whatever came of it', async () => {
    const sockets: Socket[] = []
    const watched = { connect: async (...asked: Parameters<Outbound['connect']>) => {
      const socket = await outbound.connect(...asked)
      sockets.push(socket)
      return socket
    } }
    const directory = new LdapDirectory({ outbound: watched, clock: Date.now })
    const urls = [server.secureUrl]
    for (const more of [{}, { urls }]) {
      await prove('ann', undefined, more, new ExternalSteps(), directory)
      await prove('ann', 'wrong', more, new ExternalSteps(), directory)
      await prove('ann', undefined, { ...more, baseDn: 'ou=nowhere' }, new ExternalSteps(), directory).catch(() => undefined)
      await prove('ann', undefined, { ...more, authorities: other.authority.pem }, new ExternalSteps(), directory).catch(() => undefined)
      for await (const { active } of directory.list(server.connection(more), { secret: ldapBinder.password }, new ExternalSteps())) if (active) break
    }
    expect(sockets).toHaveLength(10)
    await eventually(() => sockets.every(({ destroyed }) => destroyed), 2000)
  })

  test('lists everybody with their groups and whether they may sign in', async () => {
    const people = new Map<string, { groups: string[]; active: boolean; subject: string }>()
    for await (const { identity, active } of asked().list(server.connection({ groups: { ...byDn, filter: '(|(member={dn})(memberUid={name}))', nested: true } }), { secret: ldapBinder.password }, new ExternalSteps())) {
      people.set(identity.claims.get('uid')![0]!, { groups: [...identity.claims.get('groups')!].toSorted(), active, subject: identity.subject })
    }
    expect(people.size).toBe(entries.filter(({ dn }) => dn.includes('ou=people')).length)
    expect(people.get('ann')).toEqual({ groups: ['All', 'Loop', 'Readers', 'Writers', 'posix'], active: true, subject: (await prove('ann'))!.subject })
    expect(people.get('left(right)')).toMatchObject({ groups: ['All', 'Loop', 'Readers', 'Writers'] })
    expect(people.get('back\\slash')).toMatchObject({ groups: ['posix'] })
    expect(people.get('p05')).toMatchObject({ groups: [], active: true })
    expect(people.get('gone')).toMatchObject({ active: false })
  })

  test('a listing that is not gone through to the end leaves nothing open', async () => {
    const directory = asked()
    for (let at = 0; at < 10; at += 1) for await (const { active } of directory.list(server.connection(), { secret: ldapBinder.password }, new ExternalSteps())) if (active) break
    expect(await prove('ann', undefined, {}, new ExternalSteps(), directory)).toBeDefined()
  })
})

describe('a server that is not what it says', () => {
  const servers: Server[] = []
  afterEach(() => { for (const server of servers.splice(0)) server.close() })
  const answering = async (answer: Buffer | undefined): Promise<LdapConnection> => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined).on('data', () => (answer ? socket.write(answer) : socket.end()))
    })
    servers.push(server)
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
    return { urls: [`ldap://127.0.0.1:${(server.address() as AddressInfo).port}`], startTls: true, bindDn: 'cn=us', baseDn: ldapBase, userFilter: '(uid={name})', subject: 'entryUUID' }
  }
  const reasonOf = async (connection: LdapConnection, options: { patience?: number } = {}): Promise<string> => {
    const error: unknown = await new LdapDirectory({ outbound, clock: Date.now, ...options }).prove(connection, { secret: 'secret', name: 'ann', password: 'password' }, new ExternalSteps()).catch((thrown: unknown) => thrown)
    return error instanceof ExternalRefusal ? error.reason : String(error)
  }
  const response = (code: number): Buffer => Buffer.from([0x30, 0x0c, 0x02, 0x01, 0x01, 0x78, 0x07, 0x0a, 0x01, code, 0x04, 0x00, 0x04, 0x00])

  test('goes on with nobody who refuses StartTLS, or has slipped in more than the answer to it', async () => {
    expect(await reasonOf(await answering(response(2)))).toBe('tls')
    expect(await reasonOf(await answering(Buffer.concat([response(0), Buffer.from([0x30, 0x20, 0x02, 0x01, 0x02])])))).toBe('tls')
    expect(await reasonOf(await answering(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')))).toBe('tls')
    expect(await reasonOf(await answering(undefined))).toBe('unreachable')
  })

  test.each([['binding', 9], ['searching', 2]])('is given up when it falls silent while %s', async (_when, number) => {
    const bound = Buffer.from([0x30, 0x0c, 0x02, 0x01, number, 0x61, 0x07, 0x0a, 0x01, 0x00, 0x04, 0x00, 0x04, 0x00])
    expect(await reasonOf({ ...await answering(bound), startTls: false }, { patience: 300 })).toBe('unreachable')
  })

  test('bears whatever comes', async () => {
    for (let run = 0; run < 10; run += 1) {
      const noise = randomBytes(64)
      expect(['tls', 'unreachable']).toContain(await reasonOf(await answering(noise)))
    }
  })
})
