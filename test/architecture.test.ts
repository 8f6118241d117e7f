// Holds the house to its rules: imports run downstairs only, doors never import doors, rooms are entered by
// their index.ts, each library has one home, and nothing goes in circles or keeps state in a module.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative, sep } from 'node:path'

interface Import {
  /** Path of the importing file, such as `src/http/portal/index.ts`. */
  from: string
  /** What is imported: a path, or the name of a package. */
  to: string
  isPackage: boolean
  /** Only for the type checker: gone when the program runs. */
  typeOnly: boolean
}

const files = ['src', 'migrations'].flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts')).map((name) => join(folder, name).split(sep).join('/')))
const text = new Map(files.map((file) => [file, readFileSync(file, 'utf8')]))
const imports = files.flatMap(importsOf)

function importsOf(from: string): Import[] {
  const source = text.get(from)!
  const statements = [
    ...source.matchAll(/^(?:import|export)\s+(type\s+)?(?:[^'"]*?\sfrom\s+)?'([^']+)'/gm),
    ...[...source.matchAll(/\bimport\('([^']+)'\)/g)].map(([all, specifier]) => [all, undefined, specifier] as const),
  ]
  return statements.map(([, type, specifier]) => {
    const isPackage = !specifier!.startsWith('.')
    const to = isPackage ? packageOf(specifier!) : relative('.', normalize(join(dirname(from), specifier!))).split(sep).join('/').replace(/\.js$/, '.ts')
    return { from, to, isPackage, typeOnly: type !== undefined }
  })
}

function packageOf(specifier: string): string {
  return specifier.startsWith('node:') ? specifier : specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/')
}

const floors = ['http', 'domain', 'platform'] as const
const floorOf = (file: string): (typeof floors)[number] | undefined => floors.find((floor) => file.startsWith(`src/${floor}/`))
/** The room of a file, such as `src/http/portal`; undefined for files that stand on the floor itself. */
const roomOf = (file: string): string | undefined => (floorOf(file) && file.split('/').length > 3 ? file.split('/').slice(0, 3).join('/') : undefined)
const inside = imports.filter((one) => !one.isPackage)
const offences = (broken: Import[], why: string): string[] => broken.map(({ from, to }) => `${from} imports ${to}: ${why}`)

test('every import leads to a file of the house', () => {
  expect(inside.filter(({ to }) => !existsSync(to)).map(({ from, to }) => `${from} imports ${to}, which is not there`)).toEqual([])
  expect(inside.length).toBeGreaterThan(300)
})

test('imports run downstairs only', () => {
  const climbs = inside.filter(({ from, to }) => floorOf(from) && floorOf(to) && floors.indexOf(floorOf(to)!) < floors.indexOf(floorOf(from)!))
  expect(offences(climbs, 'that is upstairs. Hand it over as a small interface, declared by the one who needs it, in src/wiring')).toEqual([])
  const leaves = inside.filter(({ from, to }) => floorOf(from) && !floorOf(to) && !to.startsWith('migrations/'))
  expect(offences(leaves, 'no room knows the files that put the house together')).toEqual([])
  const storeys = inside.filter(({ from, to }) => from.startsWith('migrations/') && !to.startsWith('migrations/'))
  expect(offences(storeys, 'a migration is plain SQL and outlives what the code becomes')).toEqual([])
})

test('doors never import doors', () => {
  const between = inside.filter(({ from, to }) => floorOf(from) === 'http' && floorOf(to) === 'http' && roomOf(from) !== roomOf(to) && roomOf(to) !== 'src/http/middleware')
  expect(offences(between, 'src/wiring hands over what one door needs of another')).toEqual([])
})

test('on the domain floor only the rooms that everybody may use are used, or there is a reason in index.ts', () => {
  const common = ['directory', 'authentication', 'policy', 'settings']
  const sideways = inside.filter(({ from, to }) => floorOf(from) === 'domain' && floorOf(to) === 'domain' && roomOf(from) !== roomOf(to))
  const unexplained = sideways.filter(({ from, to }) => {
    const noun = roomOf(to)!.split('/')[2]!
    return !common.includes(noun) && !introductionOf(roomOf(from)!).includes(noun)
  })
  expect(offences(unexplained, 'name the room and the reason in the first lines of index.ts, or do without')).toEqual([])
})

/** The comment that a room's index.ts opens with. */
const introductionOf = (room: string): string => /^(\/\/.*\n)+/.exec(text.get(`${room}/index.ts`) ?? '')?.[0] ?? ''

test('rooms are entered by index.ts, which says what they own', () => {
  const broken = inside.filter(({ from, to }) => roomOf(to) && roomOf(from) !== roomOf(to) && text.has(`${roomOf(to)}/index.ts`) && to !== `${roomOf(to)}/index.ts`)
  expect(offences(broken, 'enter by index.ts')).toEqual([])
  const silent = files.filter((file) => /^src\/(http|domain|platform)\/[^/]+\/index\.ts$/.test(file) && introductionOf(dirname(file)) === '')
  expect(silent).toEqual([])
  const services = files.filter((file) => /^src\/http\/aws\/[^/]+\/[^/]+\.ts$/.test(file)).map((file) => dirname(file))
  expect([...new Set(services)].filter((folder) => folder !== 'src/http/aws/protocol' && introductionOf(folder) === '')).toEqual([])
})

const homes: Record<string, RegExp> = {
  koa: /^src\/(http\/|wiring\/|app\.ts)/,
  'koa-compose': /^src\/http\//,
  '@koa/router': /^src\/http\//,
  'raw-body': /^src\/http\//,
  'oidc-provider': /^src\/http\/oidc\//,
  'openid-client': /^src\/(demo\/|domain\/federation\/oidc-re)/,
  typeorm: /^(migrations\/|src\/platform\/storage\/)/,
  pg: /^src\/platform\/storage\//,
  '@electric-sql/pglite': /^src\/platform\/storage\//,
  ioredis: /^src\/platform\/storage\//,
  'rate-limiter-flexible': /^src\/domain\/authentication\/budgets\.ts$/,
  '@zxcvbn-ts/language-common': /^src\/platform\/leaked-passwords\//,
  bcrypt: /^src\/domain\/authentication\/password-hashes\.ts$/,
  '@simplewebauthn/server': /^src\/domain\/authentication\/webauthn\.ts$/,
  handlebars: /^src\/platform\/templates\//,
  nodemailer: /^src\/platform\/mail\//,
  'altcha-lib': /^src\/http\/recovery\/security-check\.ts$/,
  otplib: /^src\/domain\/authentication\/time-codes\.ts$/,
  qrcode: /^src\/platform\/qr\.ts$/,
  pino: /^src\/platform\/log\.ts$/,
  'xml-crypto': /^src\/domain\/federation\/saml-signature\.ts$/,
  samlify: /^src\/domain\/federation\/saml-messages\.ts$/,
  '@xmldom/xmldom': /^src\/domain\/federation\//,
  yaml: /^src\/domain\/organization\//,
}

test.each(Object.entries(homes))('%s has one home', (library, home) => {
  expect(offences(imports.filter(({ from, to }) => to === library && !home.test(from)), `its home is ${home.source}`)).toEqual([])
})

test('every library that is used is one that package.json names', () => {
  const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: Record<string, string> }
  const strangers = imports.filter(({ to, isPackage }) => isPackage && !to.startsWith('node:') && !Object.hasOwn(dependencies, to))
  expect(offences(strangers, 'add it to dependencies, with a reason in the commit')).toEqual([])
})

test('nothing is imported in circles', () => {
  const targets = new Map<string, string[]>()
  for (const { from, to, typeOnly } of inside) if (!typeOnly) targets.set(from, [...(targets.get(from) ?? []), to])
  const done = new Set<string>()
  const circles: string[] = []
  const visit = (file: string, path: string[]): void => {
    if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' -> '))
    if (done.has(file) || path.includes(file)) return
    for (const to of targets.get(file) ?? []) visit(to, [...path, file])
    done.add(file)
  }
  for (const file of files) visit(file, [])
  expect(circles).toEqual([])
})

test('rooms do not go in circles either', () => {
  const circles = inside.filter(({ from, to }) => roomOf(from) && roomOf(to) && roomOf(from) !== roomOf(to) && roomOf(from)! < roomOf(to)!
    && inside.some((back) => roomOf(back.from) === roomOf(to) && roomOf(back.to) === roomOf(from)))
  expect(offences(circles, 'and the other room imports this one')).toEqual([])
})

test('no module keeps state, and none does anything when it is imported', () => {
  const stateful = files.flatMap((file) => text.get(file)!.split('\n').flatMap((line, index) =>
    (/^(export )?(let|var) /.test(line) || (/^(export )?const \w+(: [^=]+)? = new (Map|Set|Array)\b(?!.*Readonly)/.test(line) && !/new (Map|Set)\(\w*[^)]/.test(line)) ? [`${file}:${index + 1}: ${line}`] : [])))
  expect(stateful).toEqual([])
  const busy = files.filter((file) => file !== 'src/cli.ts').flatMap((file) => text.get(file)!.split('\n').flatMap((line, index) =>
    (/^(await |void |process\.\w+\(|set(Interval|Timeout)\(|\w+(\.\w+)*\()/.test(line) ? [`${file}:${index + 1}: ${line}`] : [])))
  expect(busy).toEqual([])
})

test('only the settings read the environment; commands hand it over whole', () => {
  const readers = files.filter((file) => /process\.env\.|process\.env\[/.test(text.get(file)!) && file !== 'src/platform/config.ts')
  expect(readers.filter((file) => !file.startsWith('src/cli/'))).toEqual([])
})
