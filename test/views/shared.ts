// What samples of several doors have in common: people, accounts, times and pictures.

export interface Sample {
  name: string
  view: string
  model: Record<string, unknown>
}

export const csrf = 'x3Jc0dV9b7mKq2Ws8LrTn4Yp6Zg1Hf5A'
export const organization = { name: 'Example Corp' }
export const person = { displayName: 'Jane Doe', userName: 'jane' }
export const longPerson = { displayName: 'Maximiliane-Alexandra von Hohenfels-Wittgenstein', userName: 'maximiliane-alexandra.von-hohenfels-wittgenstein@subsidiary.example.com' }
export const common = { csrf, organization }
export const portal = { ...common, person }
export const instant = '2026-11-21T14:32:05.000Z'
export const later = '2026-11-21T15:32:05.000Z'

export const rules = [
  { text: 'At least 8 characters', pattern: '^.{8,}$' },
  { text: 'At most 1024 characters', pattern: '^.{1,1024}$' },
  { text: 'Does not contain your user name', pattern: '^(?!.*jane).+$' },
  { text: 'Not known from a leak, nor only a disguise of one that is' },
  { text: 'None of your last 3 passwords' },
]

export const factor = { ...common, userName: 'jane', notYouUrl: '/signin/x/restart', backUrl: '/signin/x/authenticator-code', resynchroniseUrl: '/signin/x/resynchronise', hasCodes: true, isOver: false }
export const wrongCode = { problem: 'That code is not right.', faults: [{ path: 'code', message: 'That code is not right.' }] }
export const notInARow = { problem: 'These are not two codes in a row of this app. Take the next two that it shows.', faults: [{ path: 'first', message: 'These are not two codes in a row of this app. Take the next two that it shows.' }] }
export const others = [{ text: 'Use a passkey or security key', url: '/signin/x/passkey' }, { text: 'Use a recovery code', url: '/signin/x/recovery-code' }]
/** The puzzle of a security check. */
export const challenge = JSON.stringify({ parameters: { algorithm: 'PBKDF2/SHA-256', cost: 1, keyLength: 32, keyPrefix: '0', nonce: '00'.repeat(16), salt: '00'.repeat(16) } })
/** A picture of a picture to scan. */
export const qr = `data:image/svg+xml;base64,${btoa('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path fill="#fff" d="M0 0h8v8H0z"/><path d="M1 1h2v2H1zM5 1h2v2H5zM1 5h2v2H1zM4 4h1v1H4zM6 6h1v1H6z"/></svg>')}`

interface Role {
  accountId: string
  name: string
  description?: string
  consoleUrl: string
  keysUrl: string
  favourite: boolean
}

export const sets = [
  ['AdministratorAccess', 'Everything, for the people who run this account'],
  ['PowerUserAccess', 'Everything but users and rights'],
  ['ReadOnlyAccess', 'Looks, touches nothing'],
  ['BillingAndCostManagement', 'Invoices, budgets and cost reports'],
] as const

function role(accountId: string, index: number, favourite = false): Role {
  const [name, description] = sets[index % sets.length] ?? sets[0]
  const query = `account_id=${accountId}&role_name=${name}`
  return { accountId, name, description, favourite, consoleUrl: `/start/console?${query}`, keysUrl: `/start/access-keys?${query}` }
}

export function account(index: number, open = false): object {
  const id = String(111_122_223_333 + index * 1_010_101)
  const name = ['Production', 'Staging', 'Development', 'Data lake', 'Shared services'][index % 5]!
  return { id, name: `${name} ${Math.floor(index / 5) + 1}`, email: `root+account${index}@example.com`, open, roles: [0, 1, 2, 3].map((set) => role(id, set, index === 0 && set === 2)) }
}

export const longAccount = {
  id: '999988887777',
  name: 'The-account-that-somebody-in-procurement-named-without-one-single-blank-in-it',
  email: 'root+an-address-that-is-longer-than-anyone-would-type-by-hand@subdivision.subsidiary.example.com',
  open: true,
  roles: [{ ...role('999988887777', 0), name: 'CrossAccountObservabilityAdministratorsX', description: 'A description that goes on for as long as the field allows, because somebody wanted to be very sure that everybody knows what this permission set is for and when not to use it.' }],
}

export const noShortcuts = { favourites: [], recents: [] }
export const shortcut = (index: number, set: number, favourite: boolean): object => {
  const id = String(111_122_223_333 + index * 1_010_101)
  return { ...role(id, set, favourite), account: `Production ${index + 1}` }
}

export const credentials = {
  accessKeyId: 'ASIAEXAMPLEEXAMPLE22',
  secretAccessKey: 'q7Yw2Zk9+Example/Secret/Key0123456789ab',
  sessionToken: `GH1.${'kLmN8pQrStUvWx0123456789AbCdEfGh'.repeat(22)}==`,
  expiresAt: later,
}

export const keys = {
  ...portal, credentials,
  account: { id: '111122223333', name: 'Production 1' }, role: { name: 'AdministratorAccess' },
  region: 'eu-central-1', startUrl: 'https://d-0123456789.login.example.com/start', endpointUrl: 'https://login.example.com',
  profileName: 'production-1-administratoraccess', sessionName: 'example-corp',
  consoleUrl: '/start/console?account_id=111122223333&role_name=AdministratorAccess', refreshUrl: '/start/access-keys?account_id=111122223333&role_name=AdministratorAccess',
}

export const session = { id: 'ses-2', device: 'Safari on iPhone', address: '198.51.100.23', place: 'Vienna, Austria', startedAt: '2026-11-20T07:05:00.000Z', current: false }
export const thisSession = { id: 'ses-1', device: 'Firefox on Linux', address: '2001:db8:85a3:8d3:1319:8a2e:370:7348', startedAt: instant, current: true }
export const details = { userName: 'jane', displayName: 'Jane Doe', givenName: 'Jane', familyName: 'Doe', groups: ['Developers', 'On call', 'Everybody'] }

export const access = { id: 'a1', commandLine: true, name: 'aws-cli', since: instant, knows: '', may: ['get credentials for every permission set you have, until your portal session ends'], staysConnected: false }
export const signIns = [
  { at: instant, succeeded: true, how: 'Password and authenticator app', device: 'Firefox on Linux', address: '2001:db8:85a3:8d3:1319:8a2e:370:7348' },
  { at: instant, succeeded: false, how: 'Wrong password', device: 'Chrome on Windows', address: '198.51.100.23', place: 'Vienna, Austria' },
  { at: instant, succeeded: true, how: 'Passkey or security key', device: 'Safari on iOS', address: '198.51.100.23', place: 'Vienna, Austria' },
]
export const picture = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'%3E%3Cpath fill='%23fff' d='M0 0h8v8H0z'/%3E%3Cpath d='M1 1h2v2H1zm4 0h2v2H5zM1 5h2v2H1zm3-1h1v1H4zm2 2h1v1H6z'/%3E%3C/svg%3E"
export const ownDevice = (index: number, name: string): object => ({ url: `/start/security/devices/pk-${index}`, name, kind: index % 4 ? 'passkey or security key' : 'authenticator app', addedAt: instant, ...(index % 3 ? { usedAt: later } : {}), ...(index % 4 ? {} : { clockUrl: `/start/security/devices/app-${index}/clock` }) })
export const devices = ['Phone', 'Laptop', 'Key on my key ring', 'The-security-key-that-lives-in-the-safe-behind-the-picture-upstairs', 'Tablet', 'Office computer', 'Old phone', 'Key of 2021'].map((name, index) => ownDevice(index, name))
const browser = { id: 'trb-1', device: 'Firefox on Linux', since: instant, until: later }
export const security = {
  devices, mostDevices: 8, add: { app: false, passkey: false }, codesLeft: 7, browsers: [browser, { ...browser, id: 'trb-2', device: 'Safari on macOS' }], offersCodes: false,
  sessions: [thisSession, session, { ...session, id: 'ses-3', device: 'Command line (aws-cli)' }], others: 2, signIns, offersOthers: false, late: false,
  accesses: [access, { ...access, id: 'a2', commandLine: false, name: 'Wiki', knows: 'who you are, your name and user name, your email address', may: ['stay connected when you are not there, for up to 30 days'], staysConnected: true }, { ...access, id: 'a3', commandLine: false, name: 'An-application-with-a-name-that-cannot-be-broken-anywhere-at-all', knows: 'who you are', may: [] }],
}

const consolePlaces = [['credentials', 'My security credentials', 'Password, second step and access keys'], ['users', 'Users', 'Who signs in to this account, and their keys'], ['roles', 'Roles', 'What others may act as, and who they are'], ['events', 'Events', 'Sign-ins and changes in this account']].map(([path, title, text]) => ({ url: `/console/${path}`, title, text, isHere: path === 'users' }))
export const consoleFrame = { csrf, organization, portalUrl: '/start/', session: { id: 'con-1', kind: 'role', label: 'AdministratorAccess', expiresAt: later }, account: { id: '111122223333', name: 'Production 1' }, several: 5, places: consolePlaces }
export const home = {
  ...consoleFrame, region: 'eu-central-1', destination: 'https://console.example.com/s3/home?region=eu-central-1', most: 5, places: consolePlaces, alias: 'example-production',
  who: { sessionName: 'jane', userName: 'jane', arn: 'arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_AdministratorAccess_0123456789abcdef/jane' },
  sessions: ['Production 1', 'Staging 1', 'Data lake 1', 'Shared services 1', 'The account with the long name'].map((name, index) => ({
    id: `con-${index + 1}`, label: 'AdministratorAccess', isRoot: index === 1, account: { id: '111122223333', name }, expiresAt: later, current: index === 0,
  })),
}

export const values = { organizationName: '', accountName: 'Management', accountId: '482915037264', accountEmail: '', userName: '', givenName: '', familyName: '', email: '' }
export const wrong = { problem: 'That user name or password is not right.' }
export const device = { ...common, person, userCode: 'BCDF-GHJK', client: { name: 'aws-cli' }, address: '203.0.113.9', place: 'Graz, Austria', askedAt: instant, may: ['get credentials for every permission set you have'] }

export const passkeyOptionsUrl = '/signin/example/passkey-options'
export const nothingWrong = { problem: undefined, faults: undefined, retryAfter: undefined }
