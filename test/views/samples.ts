// One model per state of every view: what the door authors fill in, and what the preview shows. Imports nothing.

export interface Sample {
  name: string
  view: string
  model: Record<string, unknown>
}

const csrf = 'x3Jc0dV9b7mKq2Ws8LrTn4Yp6Zg1Hf5A'
const organization = { name: 'Example Corp' }
const person = { displayName: 'Jane Doe', userName: 'jane' }
const longPerson = { displayName: 'Maximiliane-Alexandra von Hohenfels-Wittgenstein', userName: 'maximiliane-alexandra.von-hohenfels-wittgenstein@subsidiary.example.com' }
const common = { csrf, organization }
const portal = { ...common, person }
const instant = '2026-11-21T14:32:05.000Z'
const later = '2026-11-21T15:32:05.000Z'

const rules = [
  { text: 'At least 8 characters', pattern: '^.{8,}$' },
  { text: 'At most 1024 characters', pattern: '^.{1,1024}$' },
  { text: 'Does not contain your user name', pattern: '^(?!.*jane).+$' },
  { text: 'Not known from a leak, nor only a disguise of one that is' },
  { text: 'None of your last 3 passwords' },
]

const factor = { ...common, userName: 'jane', notYouUrl: '/signin/x/restart', backUrl: '/signin/x/authenticator-code', resynchroniseUrl: '/signin/x/resynchronise', hasCodes: true, isOver: false }
const wrongCode = { problem: 'That code is not right.', faults: [{ path: 'code', message: 'That code is not right.' }] }
const notInARow = { problem: 'These are not two codes in a row of this app. Take the next two that it shows.', faults: [{ path: 'first', message: 'These are not two codes in a row of this app. Take the next two that it shows.' }] }
const others = [{ text: 'Use a passkey or security key', url: '/signin/x/passkey' }, { text: 'Use a recovery code', url: '/signin/x/recovery-code' }]
/** The puzzle of a security check. */
const challenge = JSON.stringify({ parameters: { algorithm: 'PBKDF2/SHA-256', cost: 1, keyLength: 32, keyPrefix: '0', nonce: '00'.repeat(16), salt: '00'.repeat(16) } })
/** A picture of a picture to scan. */
const qr = `data:image/svg+xml;base64,${btoa('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path fill="#fff" d="M0 0h8v8H0z"/><path d="M1 1h2v2H1zM5 1h2v2H5zM1 5h2v2H1zM4 4h1v1H4zM6 6h1v1H6z"/></svg>')}`

interface Role {
  accountId: string
  name: string
  description?: string
  consoleUrl: string
  keysUrl: string
  favourite: boolean
}

const sets = [
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

function account(index: number, open = false): object {
  const id = String(111_122_223_333 + index * 1_010_101)
  const name = ['Production', 'Staging', 'Development', 'Data lake', 'Shared services'][index % 5]!
  return { id, name: `${name} ${Math.floor(index / 5) + 1}`, email: `root+account${index}@example.com`, open, roles: [0, 1, 2, 3].map((set) => role(id, set, index === 0 && set === 2)) }
}

const longAccount = {
  id: '999988887777',
  name: 'The-account-that-somebody-in-procurement-named-without-one-single-blank-in-it',
  email: 'root+an-address-that-is-longer-than-anyone-would-type-by-hand@subdivision.subsidiary.example.com',
  open: true,
  roles: [{ ...role('999988887777', 0), name: 'CrossAccountObservabilityAdministratorsX', description: 'A description that goes on for as long as the field allows, because somebody wanted to be very sure that everybody knows what this permission set is for and when not to use it.' }],
}

const noShortcuts = { favourites: [], recents: [] }
const shortcut = (index: number, set: number, favourite: boolean): object => {
  const id = String(111_122_223_333 + index * 1_010_101)
  return { ...role(id, set, favourite), account: `Production ${index + 1}` }
}

const credentials = {
  accessKeyId: 'ASIAEXAMPLEEXAMPLE22',
  secretAccessKey: 'q7Yw2Zk9+Example/Secret/Key0123456789ab',
  sessionToken: `GH1.${'kLmN8pQrStUvWx0123456789AbCdEfGh'.repeat(22)}==`,
  expiresAt: later,
}

const keys = {
  ...portal, credentials,
  account: { id: '111122223333', name: 'Production 1' }, role: { name: 'AdministratorAccess' },
  region: 'eu-central-1', startUrl: 'https://d-0123456789.login.example.com/start', endpointUrl: 'https://login.example.com',
  profileName: 'production-1-administratoraccess', sessionName: 'example-corp',
  consoleUrl: '/start/console?account_id=111122223333&role_name=AdministratorAccess', refreshUrl: '/start/access-keys?account_id=111122223333&role_name=AdministratorAccess',
}

const session = { id: 'ses-2', device: 'Safari on iPhone', address: '198.51.100.23', place: 'Vienna, Austria', startedAt: '2026-11-20T07:05:00.000Z', current: false }
const thisSession = { id: 'ses-1', device: 'Firefox on Linux', address: '2001:db8:85a3:8d3:1319:8a2e:370:7348', startedAt: instant, current: true }
const details = { userName: 'jane', displayName: 'Jane Doe', givenName: 'Jane', familyName: 'Doe', groups: ['Developers', 'On call', 'Everybody'] }

const access = { id: 'a1', commandLine: true, name: 'aws-cli', since: instant, knows: '', may: ['get credentials for every permission set you have, until your portal session ends'], staysConnected: false }
const signIns = [
  { at: instant, succeeded: true, how: 'Password and authenticator app', device: 'Firefox on Linux', address: '2001:db8:85a3:8d3:1319:8a2e:370:7348' },
  { at: instant, succeeded: false, how: 'Wrong password', device: 'Chrome on Windows', address: '198.51.100.23', place: 'Vienna, Austria' },
  { at: instant, succeeded: true, how: 'Passkey or security key', device: 'Safari on iOS', address: '198.51.100.23', place: 'Vienna, Austria' },
]
const picture = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'%3E%3Cpath fill='%23fff' d='M0 0h8v8H0z'/%3E%3Cpath d='M1 1h2v2H1zm4 0h2v2H5zM1 5h2v2H1zm3-1h1v1H4zm2 2h1v1H6z'/%3E%3C/svg%3E"
const ownDevice = (index: number, name: string): object => ({ url: `/start/security/devices/pk-${index}`, name, kind: index % 4 ? 'passkey or security key' : 'authenticator app', addedAt: instant, ...(index % 3 ? { usedAt: later } : {}), ...(index % 4 ? {} : { clockUrl: `/start/security/devices/app-${index}/clock` }) })
const devices = ['Phone', 'Laptop', 'Key on my key ring', 'The-security-key-that-lives-in-the-safe-behind-the-picture-upstairs', 'Tablet', 'Office computer', 'Old phone', 'Key of 2021'].map((name, index) => ownDevice(index, name))
const browser = { id: 'trb-1', device: 'Firefox on Linux', since: instant, until: later }
const security = {
  devices, mostDevices: 8, add: { app: false, passkey: false }, codesLeft: 7, browsers: [browser, { ...browser, id: 'trb-2', device: 'Safari on macOS' }], offersCodes: false,
  sessions: [thisSession, session, { ...session, id: 'ses-3', device: 'Command line (aws-cli)' }], others: 2, signIns, offersOthers: false, late: false,
  accesses: [access, { ...access, id: 'a2', commandLine: false, name: 'Wiki', knows: 'who you are, your name and user name, your email address', may: ['stay connected when you are not there, for up to 30 days'], staysConnected: true }, { ...access, id: 'a3', commandLine: false, name: 'An-application-with-a-name-that-cannot-be-broken-anywhere-at-all', knows: 'who you are', may: [] }],
}

const consolePlaces = [['credentials', 'My security credentials', 'Password, second step and access keys'], ['users', 'Users', 'Who signs in to this account, and their keys'], ['roles', 'Roles', 'What others may act as, and who they are'], ['events', 'Events', 'Sign-ins and changes in this account']].map(([path, title, text]) => ({ url: `/console/${path}`, title, text, isHere: path === 'users' }))
const consoleFrame = { csrf, organization, portalUrl: '/start/', session: { id: 'con-1', kind: 'role', label: 'AdministratorAccess', expiresAt: later }, account: { id: '111122223333', name: 'Production 1' }, several: 5, places: consolePlaces }
const home = {
  ...consoleFrame, region: 'eu-central-1', destination: 'https://console.example.com/s3/home?region=eu-central-1', most: 5, places: consolePlaces, alias: 'example-production',
  who: { sessionName: 'jane', userName: 'jane', arn: 'arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_AdministratorAccess_0123456789abcdef/jane' },
  sessions: ['Production 1', 'Staging 1', 'Data lake 1', 'Shared services 1', 'The account with the long name'].map((name, index) => ({
    id: `con-${index + 1}`, label: 'AdministratorAccess', isRoot: index === 1, account: { id: '111122223333', name }, expiresAt: later, current: index === 0,
  })),
}

const values = { organizationName: '', accountName: 'Management', accountId: '482915037264', accountEmail: '', userName: '', givenName: '', familyName: '', email: '' }
const wrong = { problem: 'That user name or password is not right.' }
const device = { ...common, person, userCode: 'BCDF-GHJK', client: { name: 'aws-cli' }, address: '203.0.113.9', place: 'Graz, Austria', askedAt: instant, may: ['get credentials for every permission set you have'] }

const passkeyOptionsUrl = '/signin/example/passkey-options'

const signin: Sample[] = [
  { name: 'user-name', view: 'signin/user-name', model: { ...common, userName: '', remember: false, passkeyOptionsUrl } },
  { name: 'user-name-application', view: 'signin/user-name', model: { ...common, userName: longPerson.userName, remember: true, passkeyOptionsUrl, application: { name: 'Wiki' } } },
  { name: 'user-name-again', view: 'signin/user-name', model: { ...common, userName: 'jane', remember: false, again: true, passkeyOptionsUrl } },
  { name: 'user-name-passkey-refused', view: 'signin/user-name', model: { ...common, userName: '', remember: false, passkeyOptionsUrl, problem: 'That passkey cannot be used here. Try again, or sign in with your user name.' } },
  { name: 'user-name-fault', view: 'signin/user-name', model: { ...common, userName: '', remember: true, problem: 'Something is missing.', faults: [{ path: 'userName', message: 'Enter your user name' }] } },
  { name: 'user-name-sources', view: 'signin/user-name', model: { ...common, userName: '', remember: false, passkeyOptionsUrl, sources: [{ name: 'Corporate', url: '/signin/abc/external?source=1' }, { name: 'A-directory-of-a-subsidiary-whose-name-is-long-and-cannot-be-broken-anywhere', url: '/signin/abc/external?source=2' }] } },
  { name: 'external', view: 'signin/external', model: { ...common, source: 'Corporate', url: 'https://login.example.com/authorize?client_id=gatehouse&state=abc', otherUrl: '/signin/abc/restart' } },
  { name: 'external-failed', view: 'signin/external-failed', model: { ...common, source: longPerson.userName, reference: '5900d690-ee9c-4ece-996b-a842edb1424e', againUrl: '/signin/abc/external?source=1', otherUrl: '/signin/abc/user-name?here' } },
  { name: 'elsewhere', view: 'signin/elsewhere', model: { ...common, userName: longPerson.userName, sources: [{ name: 'Corporate', url: '/signin/abc/external?source=1' }], notYouUrl: '/signin/abc/restart' } },
  { name: 'password', view: 'signin/password', model: { ...common, userName: 'jane', notYouUrl: '/start/', passkeyOptionsUrl, forgotUrl: '/forgot-password' } },
  { name: 'password-again', view: 'signin/password', model: { ...common, userName: 'jane', notYouUrl: '/start/', passkeyOptionsUrl, again: true } },
  { name: 'password-wrong', view: 'signin/password', model: { ...common, userName: longPerson.userName, notYouUrl: '/start/', passkeyOptionsUrl, ...wrong } },
  { name: 'password-wait', view: 'signin/password', model: { ...common, userName: 'jane', notYouUrl: '/start/', problem: 'Too many tries for now.', retryAfter: 40 } },
  { name: 'password-root', view: 'signin/password', model: { ...common, userName: 'root@example.com', notYouUrl: '/console/sign-in/root', passkeyOptionsUrl, forgotUrl: '/console/forgot-password' } },
  { name: 'password-iam-user', view: 'signin/password', model: { ...common, userName: 'jane@example.com', account: '1111-2222-3333', notYouUrl: '/console/sign-in/user', passkeyOptionsUrl, forgotten: 'Forgot it? Only an administrator of the account can give you a new one.', elsewhere: { text: 'A mail address may also be that of a root user, who signs in without an account id, or of somebody who signs in at the portal.', url: '/console/sign-in', link: 'Choose another way' }, problem: 'The account, the user name or the password is not right.', faults: [{ path: 'password', message: 'The account, the user name or the password is not right.' }] } },
  { name: 'password-account-hint', view: 'signin/password', model: { ...common, userName: '111122223333', notYouUrl: '/start/', forgotUrl: '/forgot-password', elsewhere: { text: 'Twelve digits look like the id of an account.', url: '/console/111122223333', link: 'Sign in to that account as an IAM user' } } },
  { name: 'console-sign-in', view: 'console/sign-in', model: { ...common, onward: '?region=eu-west-1' } },
  { name: 'console-sign-in-open', view: 'console/sign-in', model: { ...common, opensAccounts: true, onward: '' } },
  { name: 'console-sign-up', view: 'console/sign-up', model: { ...common, email: '' } },
  { name: 'console-sign-up-fault', view: 'console/sign-up', model: { ...common, email: 'nonsense', challenge, purpose: 'flooding people with mail', problem: 'Enter a mail address, such as name@example.com.', faults: [{ path: 'email', message: 'Enter a mail address, such as name@example.com.' }] } },
  { name: 'console-sign-up-code', view: 'console/sign-up-code', model: { ...common, email: 'root@example.com', ...wrongCode } },
  { name: 'console-sign-up-account', view: 'console/sign-up-account', model: { ...common, email: 'root@example.com', name: '', rules } },
  { name: 'console-sign-up-account-faults', view: 'console/sign-up-account', model: { ...common, email: 'root@example.com', name: '', rules: rules.map((rule, index) => ({ ...rule, met: index > 0 })), problem: 'Several things need another look.', faults: [{ path: 'name', message: 'Give the account a name of up to 50 characters.' }, { path: 'password', message: 'This password does not meet every rule yet.' }] } },
  { name: 'console-sign-in-root', view: 'console/sign-in-root', model: { ...common, userName: '', remember: false, onward: '', passkeyOptionsUrl: '/console/sign-in/passkey-options' } },
  { name: 'console-sign-in-root-fault', view: 'console/sign-in-root', model: { ...common, userName: '111122223333', remember: true, onward: '', problem: 'A root user signs in with a mail address, such as name@example.com.', faults: [{ path: 'email', message: 'A root user signs in with a mail address, such as name@example.com.' }], elsewhere: { text: 'Twelve digits look like the id of an account.', url: '/console/sign-in/user?account=111122223333', link: 'Sign in to it as an IAM user' } } },
  { name: 'console-sign-in-user', view: 'console/sign-in-user', model: { ...common, account: '', userName: '', remember: false, onward: '', onwardMore: '' } },
  { name: 'console-sign-in-user-account', view: 'console/sign-in-user', model: { ...common, passkeyOptionsUrl: '/console/sign-in/passkey-options', account: 'example-production', userName: 'jane', remember: true, onward: '?region=eu-west-1', onwardMore: '&region=eu-west-1', challenge } },
  { name: 'console-sign-in-user-faults', view: 'console/sign-in-user', model: { ...common, account: 'root@example.com', userName: '', remember: false, onward: '', onwardMore: '', problem: 'Two things need another look.', faults: [{ path: 'account', message: 'Enter the id or the alias of the account, not a mail address.' }, { path: 'userName', message: 'Enter your user name.' }], elsewhere: { text: 'A mail address is for the root user of an account. People of this organization sign in at the portal.', url: '/console/sign-in/root', link: 'Sign in as root user' } } },
  { name: 'passkey', view: 'signin/passkey', model: { ...factor, canTrust: true, others: others.slice(1), optionsUrl: passkeyOptionsUrl } },
  { name: 'passkey-refused', view: 'signin/passkey', model: { ...factor, hasCodes: false, canTrust: false, others: [], optionsUrl: passkeyOptionsUrl, problem: 'That passkey or key cannot be used here. Try again, or use another one.' } },
  { name: 'enroll-passkey', view: 'signin/enroll-passkey', model: { ...factor, name: '', others: [{ text: 'Set up an authenticator app', url: '/signin/x/enroll-authenticator' }], optionsUrl: passkeyOptionsUrl } },
  { name: 'enroll-passkey-refused', view: 'signin/enroll-passkey', model: { ...factor, name: 'My laptop', others: [], optionsUrl: passkeyOptionsUrl, problem: 'That took too long, or was sent twice. Please try again.' } },
  { name: 'authenticator-code', view: 'signin/authenticator-code', model: { ...factor, canTrust: true, others, help: false } },
  { name: 'authenticator-code-wrong', view: 'signin/authenticator-code', model: { ...factor, canTrust: true, others, help: true, ...wrongCode } },
  { name: 'authenticator-code-over', view: 'signin/authenticator-code', model: { ...factor, others: [], help: false, isOver: true, problem: 'That was wrong too often. Start again with your password.' } },
  { name: 'resynchronise', view: 'signin/resynchronise', model: factor },
  { name: 'resynchronise-wrong', view: 'signin/resynchronise', model: { ...factor, problem: 'These are not two codes in a row. Take the next two that your app shows.', faults: [{ path: 'first', message: 'These are not two codes in a row. Take the next two that your app shows.' }] } },
  { name: 'recovery-code', view: 'signin/recovery-code', model: { ...factor, others: others.slice(0, 1) } },
  { name: 'recovery-code-wrong', view: 'signin/recovery-code', model: { ...factor, others: others.slice(0, 1), ...wrongCode } },
  { name: 'mailed-code', view: 'signin/mailed-code', model: { ...factor, to: 'j•••@example.com', sent: false } },
  { name: 'mailed-code-sent', view: 'signin/mailed-code', model: { ...factor, to: 'j•••@example.com', sent: true } },
  { name: 'mailed-code-wrong', view: 'signin/mailed-code', model: { ...factor, to: 'j•••@example.com', sent: true, ...wrongCode } },
  { name: 'enroll-authenticator', view: 'signin/enroll-authenticator', model: { ...factor, qr, secret: 'JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP', name: '', others: [{ text: 'Use a passkey or security key', url: '/signin/x/enroll-passkey' }] } },
  { name: 'enroll-authenticator-wrong', view: 'signin/enroll-authenticator', model: { ...factor, userName: longPerson.userName, qr, secret: 'JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP', name: 'My phone', others: [], ...wrongCode } },
  { name: 'recovery-codes-before', view: 'signin/recovery-codes', model: { ...common, userName: 'jane' } },
  { name: 'recovery-codes', view: 'signin/recovery-codes', model: { ...common, userName: 'jane', codes: Array.from({ length: 10 }, (_, index) => `ABCD-EFGH-${2222 + 1111 * (index % 6)}`) } },
  { name: 'recovery-codes-not-kept', view: 'signin/recovery-codes', model: { ...common, userName: 'jane', problem: 'Keep your recovery codes first, and say so. They are shown only once; you can have new ones.' } },
  { name: 'blocked', view: 'signin/blocked', model: { ...common, userName: 'jane', notYouUrl: '/signin/x/restart' } },
  { name: 'blocked-account', view: 'signin/blocked', model: { ...common, userName: 'jane', notYouUrl: '/signin/x/restart', helpers: 'an administrator of the account' } },
  { name: 'new-password', view: 'signin/new-password', model: { ...common, userName: 'jane', rules } },
  { name: 'new-password-faults', view: 'signin/new-password', model: { ...common, userName: 'jane', reason: 'An administrator has reset your password.', rules: rules.map((rule, index) => ({ ...rule, met: index > 0 })), problem: 'That password will not do.', faults: [{ path: 'password', message: 'Too short: use at least 8 characters' }, { path: 'repeated', message: 'The two differ' }] } },
  { name: 'consent', view: 'signin/consent', model: { ...common, person, client: { name: 'Wiki', site: 'wiki.example.com', commandLine: false }, knows: ['your name', 'your email address', 'the groups you are in'], may: ['stay signed in until you sign out'], notYouUrl: '/start/' } },
  { name: 'consent-command-line', view: 'signin/consent', model: { ...common, person: longPerson, client: { name: 'aws-cli', commandLine: true }, knows: [], may: ['see your accounts and permission sets', 'get credentials for each of them'] } },
]

const email = (address: string, more: object = {}): object => ({ address, main: false, verified: false, verifyUrl: '/start/profile/email/1/verify', changeUrl: '/start/profile/email/1/change', ...more })

const asks = (index: number, more: object = {}): object => ({
  url: `/start/requests/req-000000000000000${index}`, permissionSet: 'AdministratorAccess', account: 'Production', accountId: '444455556666', displayName: 'Nora New', userName: 'nora',
  reason: 'The nightly import fails since the update, ticket 4711.', seconds: 7200, state: 'pending', words: 'Waiting', askedAt: instant, isLater: false, ...more,
})
const longAsk = asks(9, { permissionSet: 'Extraordinarily-Long-Permission1', account: 'Sandbox-of-the-Department-of-Unbreakable-Names', displayName: longPerson.displayName, userName: longPerson.userName, reason: `${'Donaudampfschifffahrtselektrizitaetenhauptbetriebswerk'.repeat(3)}\n\nand more` })
const oneRequest = { request: { ...asks(1, { extendsUrl: '/start/requests/req-0' }), id: 'req-0000000000000001', expiresAt: later }, isOwn: false, answers: [], missing: 1, canAnswer: false, canWithdraw: false, canEnd: false, reason: '', faults: [] }
const asking = { set: { id: 'ps-1', name: 'AdministratorAccess', description: 'Everything, for the people who run this account', approvers: 'Leads, Security', approvals: 2, reasonRequired: true }, isOnly: false, pending: [], reason: '', faults: [], lengths: [{ seconds: 3600, text: '1 hour', selected: true }, { seconds: 28_800, text: '8 hours', selected: false }], accounts: [{ id: '444455556666', name: 'Production', selected: true, grantedUntil: later }, { id: '111122223333', name: 'Sandbox-of-the-Department-of-Unbreakable-Names', selected: false }] }

const inPortal: Sample[] = [
  { name: 'accounts', view: 'portal/accounts', model: { ...portal, query: '', page: 1, total: 300, matches: 300, first: 1, last: 20, nextUrl: '/start/?page=2', favourites: [shortcut(0, 2, true)], recents: [shortcut(1, 0, false), shortcut(2, 1, false)], accounts: Array.from({ length: 20 }, (_, index) => account(index, index === 0)) } },
  { name: 'accounts-all-open', view: 'portal/accounts', model: { ...portal, query: 'access', page: 3, total: 300, matches: 120, first: 41, last: 60, previousUrl: '/start/?q=access&page=2', nextUrl: '/start/?q=access&page=4', ...noShortcuts, accounts: Array.from({ length: 20 }, (_, index) => account(index, true)) } },
  { name: 'accounts-long', view: 'portal/accounts', model: { csrf, organization: { name: 'The Worshipful Company of Extraordinarily Long Names and Partners' }, person: longPerson, query: '', page: 1, total: 1, matches: 1, first: 1, last: 1, ...noShortcuts, accounts: [longAccount] } },
  { name: 'accounts-empty', view: 'portal/accounts', model: { ...portal, query: '', page: 1, total: 0, matches: 0, first: 0, last: 0, ...noShortcuts, accounts: [] } },
  { name: 'accounts-no-match', view: 'portal/accounts', model: { ...portal, query: 'kubernetes & <b>', page: 1, total: 300, matches: 0, first: 0, last: 0, ...noShortcuts, accounts: [] } },
  { name: 'access-keys', view: 'portal/access-keys', model: keys },
  { name: 'applications', view: 'portal/applications', model: { ...portal, query: '', total: 7, matches: 7, applications: ['Wiki', 'Tickets', 'Pay slips', 'Time sheets', 'Source code', 'Dashboards', 'An-application-with-a-name-that-cannot-be-broken-anywhere'].map((name, index) => ({ name, url: `/start/applications/${index}`, initial: name[0], ...(index % 2 ? {} : { description: 'What everybody knows, written down' }) })) } },
  { name: 'applications-empty', view: 'portal/applications', model: { ...portal, query: '', total: 0, matches: 0, applications: [] } },
  { name: 'applications-no-match', view: 'portal/applications', model: { ...portal, query: 'zzz', total: 7, matches: 0, applications: [] } },
  { name: 'requests', view: 'portal/requests', model: { ...portal, asking: { toAnswer: 3 }, page: 'mine', mayAsk: true, olderUrl: '/start/requests?before=7', latestUrl: '/start/requests', rows: [asks(1), asks(2, { state: 'granted', words: 'In force', startsAt: instant, endsAt: later }), asks(3, { state: 'granted', words: 'Granted for later', startsAt: instant, endsAt: later, isLater: true }), asks(4, { state: 'denied', words: 'Denied', reason: '' }), asks(5, { state: 'over', words: 'Over', startsAt: instant, endsAt: later }), asks(6, { state: 'ended', words: 'Ended early', startsAt: instant, endsAt: later }), asks(7, { state: 'expired', words: 'Not answered' }), longAsk] } },
  { name: 'requests-none', view: 'portal/requests', model: { ...portal, asking: { toAnswer: 0 }, page: 'mine', mayAsk: true, rows: [] } },
  { name: 'requests-to-answer', view: 'portal/requests', model: { ...common, person: longPerson, asking: { toAnswer: 12 }, page: 'to-answer', mayAsk: false, rows: [asks(1), longAsk] } },
  { name: 'requests-nothing-to-answer', view: 'portal/requests', model: { ...portal, asking: { toAnswer: 0 }, page: 'to-answer', mayAsk: false, rows: [] } },
  { name: 'request-choose', view: 'portal/request-choose', model: { ...portal, asking: { toAnswer: 0 }, sets: [{ url: '/start/requests/new?set=1', name: 'AdministratorAccess', description: 'Everything, for the people who run this account', seconds: 28_800 }, { url: '/start/requests/new?set=2', name: 'Extraordinarily-Long-Permission1', seconds: 90 * 86_400 }] } },
  { name: 'request-choose-none', view: 'portal/request-choose', model: { ...portal, asking: { toAnswer: 0 }, sets: [] } },
  { name: 'request-new', view: 'portal/request-new', model: { ...portal, asking: { toAnswer: 0 }, ...asking } },
  { name: 'request-new-wrong', view: 'portal/request-new', model: { ...common, person: longPerson, asking: { toAnswer: 0 }, ...asking, isOnly: true, pending: [{ name: 'Shop', url: '/start/requests/req-1' }], problem: 'Please say what you need it for.', faults: [{ path: 'reason', message: 'Please say what you need it for.' }] } },
  { name: 'request-new-nothing', view: 'portal/request-new', model: { ...portal, asking: { toAnswer: 0 }, ...asking, accounts: [] } },
  { name: 'request-asked', view: 'portal/request', model: { ...portal, asking: { toAnswer: 0 }, ...oneRequest, isOwn: true, canWithdraw: true, done: 'Your request is on its way. Those who answer it were told.' } },
  { name: 'request-to-answer', view: 'portal/request', model: { ...portal, asking: { toAnswer: 1 }, ...oneRequest, answers: [{ userName: 'sam', approved: true, at: instant }], canAnswer: true } },
  { name: 'request-answer-wrong', view: 'portal/request', model: { ...common, person: longPerson, asking: { toAnswer: 1 }, ...oneRequest, request: { ...longAsk, id: 'req-0000000000000009', expiresAt: later }, canAnswer: true, problem: 'Please say why, in a sentence that the other one can do something with.', faults: [{ path: 'reason', message: 'Please say why, in a sentence that the other one can do something with.' }] } },
  { name: 'request-granted', view: 'portal/request', model: { ...portal, asking: { toAnswer: 0 }, ...oneRequest, request: { ...asks(2, { state: 'granted', words: 'In force', startsAt: instant, endsAt: later }), id: 'req-0000000000000002', expiresAt: later }, isOwn: true, missing: 0, answers: [{ userName: 'sam', approved: true, at: instant }], canEnd: true, extendUrl: '/start/requests/new?set=1' } },
  { name: 'request-ended', view: 'portal/request', model: { ...portal, asking: { toAnswer: 0 }, ...oneRequest, request: { ...asks(2, { state: 'ended', words: 'Ended early', startsAt: instant, endsAt: later }), id: 'req-0000000000000002', expiresAt: later }, missing: 0, answers: [{ userName: 'sam', approved: true, at: instant }], closed: { words: 'Ended early', by: 'ann', at: later, reason: 'The import runs again.' } } },
  { name: 'accounts-empty-asking', view: 'portal/accounts', model: { ...portal, asking: { toAnswer: 0 }, query: '', page: 1, total: 0, matches: 0, first: 0, last: 0, ...noShortcuts, accounts: [] } },
  { name: 'profile', view: 'portal/profile', model: { ...portal, details, emails: [email('jane@example.com', { verified: true })], canChange: true, done: 'The address is verified: mail to it reaches you.' } },
  { name: 'profile-long', view: 'portal/profile', model: { ...common, person: longPerson, details: { ...longPerson, groups: [] }, emails: [email(longPerson.userName, { main: true }), email('jane@example.com', { verified: true }), email('j@example.org')], canChange: true, problem: 'Several codes were sent already. Please use the last one, or try again in an hour.' } },
  { name: 'profile-not-changed', view: 'portal/profile', model: { ...portal, details, emails: [email('jane@example.com')], canChange: false } },
  { name: 'profile-no-mail', view: 'portal/profile', model: { ...portal, details, emails: [], canChange: true } },
  { name: 'email-change', view: 'portal/email-change', model: { ...portal, address: 'jane@example.com', typed: '', late: false } },
  { name: 'email-change-wrong', view: 'portal/email-change', model: { ...common, person: longPerson, address: longPerson.userName, typed: 'jane@example', late: true, problem: 'That is not a mail address. It looks like name@example.com.', faults: [{ path: 'email', message: 'That is not a mail address. It looks like name@example.com.' }] } },
  { name: 'email-code', view: 'portal/email-code', model: { ...portal, isOver: false, to: 'jane@example.com' } },
  { name: 'email-code-wrong', view: 'portal/email-code', model: { ...common, person: longPerson, isOver: false, to: longPerson.userName, replaces: 'jane@example.com', ...wrongCode } },
  { name: 'email-code-over', view: 'portal/email-code', model: { ...portal, isOver: true, problem: 'That code is no longer good: it was used, ten minutes have passed, or it was mistyped too often.', faults: [] } },
  { name: 'email-code-none', view: 'portal/email-code', model: { ...portal, isOver: true } },
  { name: 'security', view: 'portal/security', model: { ...portal, ...security } },
  { name: 'security-changed', view: 'portal/security', model: { ...portal, ...security, devices: devices.slice(0, 1), add: { app: true, passkey: true }, codesLeft: 0, browsers: [], done: 'The device was added. You can use it from your next sign-in on.', offersOthers: true, offersCodes: true } },
  { name: 'security-empty', view: 'portal/security', model: { ...common, person: longPerson, ...security, devices: [], add: { app: true, passkey: true }, codesLeft: 0, browsers: [], late: true, sessions: [thisSession], others: 0, accesses: [], signIns: [] } },
  { name: 'security-wrong-words', view: 'portal/security', model: { ...portal, ...security, problem: 'Nothing was ended. To end every session, type “delete all”.', faults: [{ path: 'confirmation', message: 'Nothing was ended. To end every session, type “delete all”.' }] } },
  { name: 'security-sign-ins', view: 'portal/security-sign-ins', model: { ...portal, signIns: Array.from({ length: 25 }, (_, index) => signIns[index % 3]), olderUrl: '/start/security/sign-ins?before=17', latestUrl: '/start/security/sign-ins' } },
  { name: 'security-sign-ins-none', view: 'portal/security-sign-ins', model: { ...portal, signIns: [] } },
  { name: 'security-device', view: 'portal/security-device', model: { ...portal, device: ownDevice(1, 'Laptop'), name: 'Laptop', isLastNeeded: false } },
  { name: 'security-device-app', view: 'portal/security-device', model: { ...portal, device: devices[4], name: 'Tablet', isLastNeeded: false } },
  { name: 'security-clock', view: 'portal/security-clock', model: { ...portal, device: devices[4], late: true } },
  { name: 'security-clock-wrong', view: 'portal/security-clock', model: { ...common, person: longPerson, device: devices[4], ...notInARow } },
  { name: 'security-device-last', view: 'portal/security-device', model: { ...portal, device: devices[3], name: 'Laptop', isLastNeeded: true, problem: 'You have a passkey of that name. Choose another.', faults: [{ path: 'name', message: 'You have a passkey of that name. Choose another.' }] } },
  { name: 'security-app', view: 'portal/security-app', model: { ...portal, picture, secret: 'JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP', sealed: 'x', name: '' } },
  { name: 'security-app-wrong', view: 'portal/security-app', model: { ...common, person: longPerson, picture, secret: 'JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP', sealed: 'x', name: 'Phone', late: true, problem: 'That code is not right. Wait for the next one.', faults: [{ path: 'code', message: 'That code is not right. Wait for the next one.' }] } },
  { name: 'security-passkey', view: 'portal/security-passkey', model: { ...portal, optionsUrl: '/start/security/devices/passkey/options', name: '' } },
  { name: 'security-passkey-problem', view: 'portal/security-passkey', model: { ...common, person: longPerson, optionsUrl: '/x', name: 'Laptop', late: true, problem: 'The passkey could not be registered. Please try again.' } },
  { name: 'security-codes', view: 'portal/security-codes', model: { ...portal, left: 3 } },
  { name: 'security-codes-none', view: 'portal/security-codes', model: { ...portal, left: 0, late: true } },
  { name: 'security-codes-made', view: 'portal/security-codes', model: { ...portal, left: 10, codes: Array.from({ length: 10 }, (_, index) => `A7KD-MX2${index % 6 + 2}-QLR${'ABCDEFGHIJ'[index]}`) } },
  { name: 'security-password', view: 'portal/security-password', model: { ...portal, hasPassword: true, rules, others: 2, endOthers: true } },
  { name: 'security-password-faults', view: 'portal/security-password', model: { ...common, person: longPerson, hasPassword: true, rules: rules.map((rule, index) => ({ ...rule, met: index > 0 })), others: 1, endOthers: false, late: true, problem: 'Two things need another look.', faults: [{ path: 'password', message: 'This password does not meet every rule yet.' }, { path: 'repeated', message: 'The two passwords are not the same.' }] } },
  { name: 'security-password-none', view: 'portal/security-password', model: { ...portal, hasPassword: false, rules, others: 0 } },
  { name: 'signed-out', view: 'portal/signed-out', model: { organization, signInUrl: '/start/' } },
  { name: 'choose-role', view: 'portal/choose-role', model: { ...portal, account: { id: '111122223333', name: 'Production 1' }, destination: 'https://console.example.com/s3/buckets/an-example-bucket?region=eu-central-1', roles: sets.map(([name, description]) => ({ name, description, url: `/start/console?account_id=111122223333&role_name=${name}` })) } },
  { name: 'open-console', view: 'portal/open-console', model: { ...portal, account: { id: '111122223333', name: 'Production 1' }, role: { name: 'AdministratorAccess' }, destination: 'https://console.example.com/s3/buckets/an-example-bucket?region=eu-central-1', ending: { roleName: 'ReadOnlyAccess', account: { id: '444455556666', name: 'The account with the long name' }, startedAt: instant } } },
  { name: 'not-assigned', view: 'portal/not-assigned', model: { organization, person, what: 'Wiki', portalUrl: '/start/', notYouUrl: '/start/' } },
  { name: 'not-assigned-application', view: 'portal/not-assigned', model: { ...common, person, what: 'Wiki', portalUrl: '/start/', canGoBack: true } },
]

const elsewhere: Sample[] = [
  { name: 'device-code', view: 'device/code', model: { ...common, userCode: '' } },
  { name: 'device-code-wrong', view: 'device/code', model: { ...common, userCode: 'BCDF-GHJJ', problem: 'That code is not known.', faults: [{ path: 'userCode', message: 'Check the code, or start again on the command line' }] } },
  { name: 'device-confirm', view: 'device/confirm', model: device },
  { name: 'device-done', view: 'device/done', model: { organization, client: device.client, portalUrl: '/start/security' } },
  { name: 'device-denied', view: 'device/denied', model: { organization, client: device.client } },
  { name: 'device-locked', view: 'device/locked', model: { organization, retryAfter: 600 } },
  { name: 'console-home', view: 'console/home', model: home },
  { name: 'console-home-bare', view: 'console/home', model: { ...home, places: [], portalUrl: undefined, several: undefined, account: { id: '111122223333', name: 'The-account-whose-name-is-long-and-cannot-be-broken-anywhere-at-all' }, session: { ...home.session, kind: 'iam-user', label: 'a-user-name-of-sixty-four-characters-which-is-the-most-there-may-be' }, who: { userName: 'x', arn: 'arn:aws:iam::111122223333:user/division/department/team/a-user-name-of-sixty-four-characters-which-is-the-most-there-may-be' }, alias: undefined, destination: undefined, sessions: home.sessions.slice(0, 1) } },
  { name: 'console-home-root', view: 'console/home', model: { ...home, portalUrl: undefined, several: undefined, session: { ...home.session, kind: 'root', label: 'Root user' }, who: { userName: 'root-of-the-production-account@example.com', arn: 'arn:aws:iam::111122223333:root' }, alias: undefined, destination: undefined, sessions: home.sessions.slice(0, 1) } },
  { name: 'setup-start', view: 'setup/start', model: { csrf, values, rules, expiresAt: later } },
  { name: 'setup-start-faults', view: 'setup/start', model: { csrf, values: { ...values, accountId: '1234', organizationName: 'Example Corp' }, rules, expiresAt: later, problem: 'Some of this cannot stay so.', faults: [{ path: 'accountId', message: 'The account id has 12 digits' }, { path: 'email', message: 'Enter your email address' }, { path: 'password', message: 'Choose a password' }] } },
  { name: 'setup-done', view: 'setup/done', model: { organization, userName: 'jane', portalUrl: 'https://login.example.com/start/' } },
  { name: 'error-not-found', view: 'errors/error', model: { organization, title: 'There is no such page', sentence: 'The address may be mistyped, or the page has moved.', reference: '3f0c7c1e-9a55-4e0e-9c38-2f1f52d7c0aa', links: [{ text: 'Go to your portal', url: '/start/' }] } },
  { name: 'error-busy', view: 'errors/error', model: { title: 'Too much at once', sentence: 'Gatehouse has more to do than it can right now.', retryAfter: 5, reference: '3f0c7c1e-9a55-4e0e-9c38-2f1f52d7c0aa', links: [] } },
]

const moved = { subject: 'New sign-in to Example Corp', to: 'jane@example.com', from: 'Example Corp <no-reply@login.localhost>', date: instant }

const recovery: Sample[] = [
  { name: 'forgot', view: 'recovery/forgot', model: { ...common, path: '/forgot-password', entrance: '/start/', name: '' } },
  { name: 'forgot-check', view: 'recovery/forgot', model: { ...common, path: '/forgot-password', entrance: '/start/', name: longPerson.userName, challenge } },
  { name: 'forgot-fault', view: 'recovery/forgot', model: { ...common, path: '/forgot-password', entrance: '/start/', name: '', problem: 'Enter your user name or mail address.', faults: [{ path: 'name', message: 'Enter your user name or mail address.' }] } },
  { name: 'forgot-root', view: 'recovery/forgot', model: { ...common, path: '/console/forgot-password', entrance: '/console', root: true, name: 'root@example.com' } },
  { name: 'forgot-root-sent', view: 'recovery/sent', model: { organization, path: '/console/forgot-password', entrance: '/console', root: true, sender: 'no-reply@login.example.com' } },
  { name: 'forgot-sent', view: 'recovery/sent', model: { organization, path: '/forgot-password', entrance: '/start/', sender: 'no-reply@login.a-rather-long-subdomain.subsidiary.example.com' } },
  { name: 'reset', view: 'recovery/choose-password', model: { ...common, isRoot: false, title: 'Choose a new password', lead: 'It replaces the password you had.', button: 'Save the new password', userName: 'jane', offersEnd: true, endSessions: true, rules } },
  { name: 'reset-root', view: 'recovery/choose-password', model: { ...common, isRoot: true, title: 'Choose a new password', lead: 'It replaces the password you had.', button: 'Save the new password', userName: 'root@example.com', offersEnd: true, endSessions: true, rules } },
  { name: 'reset-faults', view: 'recovery/choose-password', model: { ...common, isRoot: false, title: 'Welcome', lead: 'Choose the password that you will sign in with.', button: 'Save and finish', userName: longPerson.userName, offersEnd: false, endSessions: true, rules: rules.map((rule, index) => ({ ...rule, met: index > 0 })), problem: 'Two things need another look.', faults: [{ path: 'password', message: 'This password does not meet every rule yet.' }, { path: 'repeated', message: 'The two passwords are not the same.' }] } },
  { name: 'reset-saved', view: 'recovery/done', model: { organization, title: 'Your new password is saved', sentence: 'Sign in as jane with it from now on. Every session that was open has ended.', link: { text: 'Sign in', url: '/start/' } } },
  { name: 'link-expired', view: 'recovery/link-over', model: { ...common, title: 'This link has expired', sentence: 'A link for a new password is good for 30 minutes. Your password is as it was.', links: [{ text: 'Get a new link', url: '/forgot-password' }, { text: 'Sign in', url: '/start/' }] } },
  { name: 'invitation-expired', view: 'recovery/link-over', model: { ...common, title: 'This invitation has expired', sentence: 'An invitation is good for 7 days. One click, and another one is on its way to your mail address.', links: [], button: { text: 'Send me another invitation', action: '/invitation/x/renew' } } },
  { name: 'not-me', view: 'recovery/not-me', model: { ...common, userName: 'jane', going: [], doubtful: [] } },
  { name: 'not-me-added', view: 'recovery/not-me', model: { ...common, userName: longPerson.userName, going: ['authenticator app “Phone”'], address: longPerson.userName, doubtful: [{ field: 'remove pk-1', factor: 'passkey or security key “Blue key”', addedAt: instant }, { field: 'remove app-2', factor: 'authenticator app “A-name-that-is-as-long-as-names-of-devices-may-be-and-not-a-letter”', addedAt: instant }] } },
  { name: 'not-me-done', view: 'recovery/done', model: { organization, title: 'Nobody is signed in as you any more', sentence: 'Your old password does not work any longer. We have mailed you a link for a new one; it is good for 30 minutes.', items: ['The authenticator app “Phone” was removed.', 'The recovery codes that were made since do not work any more.', `Your mail goes to ${longPerson.userName} again.`] } },
  { name: 'dev-mails', view: 'dev/mails', model: { organization, mails: [{ ...moved, id: '1', url: '/dev/mail/1' }, { ...moved, to: longPerson.userName, id: '2', url: '/dev/mail/2' }] } },
  { name: 'dev-mails-none', view: 'dev/mails', model: { organization, mails: [] } },
  { name: 'dev-mail', view: 'dev/mail', model: { organization, mail: moved, parts: [{ text: 'To choose it, open this page:\n\n', isLink: false }, { text: `http://localhost:8080/reset-password/${'x'.repeat(43)}`, isLink: true }, { text: '\n\nThe link works once.\n', isLink: false }], htmlUrl: '/dev/mail/1/html' } },
]

const nothingWrong = { problem: undefined, faults: undefined, retryAfter: undefined }
const longName = 'a-user-name-of-sixty-four-characters-which-is-the-most-there-may-be'
const longArn = `arn:aws:iam::111122223333:user/division/department/team/${longName}`
const policyText = JSON.stringify({ Version: '2012-10-17', Statement: [{ Sid: 'ReadBuckets', Effect: 'Allow', Action: ['s3:GetObject', 's3:ListBucket'], Resource: 'arn:aws:s3:::an-example-bucket-with-a-name-that-is-rather-long/*' }] }, undefined, 2)
const documentFaults = [
  { path: 'Statement[0].Effect', line: 6, problem: '“Perhaps” is no effect.', mend: 'Write Allow or Deny.' },
  { path: 'Statement[1].Condition.StringEqualsWithAnOperatorThatNobodyKnows', line: undefined, problem: 'There is no such operator.', mend: 'Write one such as StringEquals.' },
]
const list = {
  ...consoleFrame, url: '/console/users', title: 'Users', lead: 'People and programs that belong to this account.', noun: 'user', nouns: 'users', done: 'The user is deleted.', query: '', create: [{ url: '/console/users/new', text: 'New user' }],
  rows: ['deploy', 'jane', longName].map((name) => ({ url: `/console/users/${name}`, name, facts: ['/division/department/team/', 'Since 2026-01-01', 'signed in last on 2026-10-01'] })), nextUrl: '/console/users?after=x', firstUrl: '/console/users',
}
const base = { arn: 'arn:aws:iam::111122223333:policy/Base', name: 'Base' }
const readOnly = { arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess', name: 'ReadOnlyAccess' }
const offers = [{ label: 'Of this account', policies: [base] }, { label: 'Catalogue', policies: [readOnly] }]
const keyRows = [
  { id: 'AKIAEXAMPLEEXAMPLE22', active: true, createdAt: instant, lastUsed: { at: instant, service: 'sts', region: 'eu-central-1' }, turn: { to: 'Inactive', text: 'Turn off' }, removeUrl: '/console/users/x?change=DeleteAccessKey' },
  { id: 'AKIAEXAMPLEEXAMPLE33', active: false, createdAt: instant, lastUsed: undefined, turn: { to: 'Active', text: 'Turn on' }, removeUrl: undefined },
]
const noSections = { signIn: undefined, keys: undefined, devices: undefined, groups: undefined, members: undefined, trust: undefined, length: undefined, attached: undefined, inline: undefined, boundary: undefined, tags: undefined, rename: undefined, removeUrl: undefined }
const entity = {
  ...consoleFrame, ...nothingWrong, ...noSections, kind: 'user', title: longName, action: `/console/users/${longName}`, back: { url: '/console/users', text: 'Users' }, done: undefined,
  facts: [{ term: 'ARN', text: longArn, at: undefined, id: 'arn' }, { term: 'Path', text: '/division/department/team/', at: undefined, id: undefined }, { term: 'Since', text: undefined, at: instant, id: undefined }],
}
const userPage = {
  ...entity, done: 'The policy is attached.', signIn: { changedAt: instant, oneTime: true, setUrl: '/a', removeUrl: '/b' }, keys: { most: 2, createUrl: undefined, rows: keyRows },
  devices: { rows: [{ serial: `arn:aws:iam::111122223333:mfa/${longName}`, kind: 'Authenticator app', enabledAt: instant, removeUrl: '/c' }] },
  groups: { add: true, suggestions: ['Auditors', 'Billing'], rows: [{ name: 'Operations', url: '/console/groups/Operations', canRemove: true }] },
  attached: { attach: 'AttachUserPolicy', offers, rows: [{ arn: readOnly.arn, name: 'ReadOnlyAccess', url: '/d', removeUrl: '/e' }] }, inline: { newUrl: '/f', rows: [{ name: 'own', url: '/g', removeUrl: '/h' }] },
  boundary: { arn: base.arn, url: '/i', set: 'PutUserPermissionsBoundary', offers, removeUrl: '/j' }, tags: { add: 'TagUser', remove: 'UntagUser', rows: [{ key: 'team', value: 'Platform, with a value that goes on for quite a while' }] },
  rename: { change: 'UpdateUser', field: 'NewUserName', path: '/' }, removeUrl: '/k',
}
const readOnlyUser = {
  ...entity, title: 'deploy', signIn: { changedAt: undefined, oneTime: false, setUrl: undefined, removeUrl: undefined }, keys: { most: 2, createUrl: undefined, rows: [] }, devices: { rows: [] }, groups: { add: false, rows: [] },
  attached: { attach: undefined, offers: [], rows: [] }, inline: { newUrl: undefined, rows: [] }, boundary: { arn: undefined, url: undefined, set: undefined, offers: [], removeUrl: undefined }, tags: { add: undefined, remove: undefined, rows: [] },
}
const document = {
  ...consoleFrame, ...nothingWrong, title: 'New policy', lead: 'What it says counts for those that it is attached to.', about: 'Policies', backUrl: '/console/policies', action: '/console/policies/new', name: 'Base', nameField: 'PolicyName', isNew: true,
  asksDescription: true, description: '', document: policyText, field: 'PolicyDocument', label: 'Policy', button: 'Make policy', setsDefault: undefined, fixed: [], documentFaults: [],
}
const managedPolicy = {
  ...consoleFrame, ...nothingWrong, title: 'Base', arn: base.arn, description: 'What everybody needs', isOwn: true, done: undefined, action: '/console/policies/one?arn=x', facts: [{ term: 'Path', text: '/', at: undefined, id: undefined }], document: policyText,
  shown: 'v2', isDefault: true, editUrl: '/a', mostVersions: 5, used: { rows: [{ kind: 'user', name: longName, url: '/b' }], isMore: true }, removeUrl: '/c',
  versions: [{ name: 'v2', isDefault: true, createdAt: instant, url: '/d', canChoose: false, removeUrl: undefined }, { name: 'v1', isDefault: false, createdAt: instant, url: '/e', canChoose: true, removeUrl: '/f' }],
}
const provider = { ...consoleFrame, ...nothingWrong, title: 'tokens.example.com', arn: 'arn:aws:iam::111122223333:oidc-provider/tokens.example.com', since: instant, action: '/console/providers/one?arn=x', done: undefined, oidc: undefined, saml: undefined, removeUrl: '/a' }
const ownCredentials = {
  ...consoleFrame, ...nothingWrong, done: undefined, late: false, isRoot: false, action: '/console/credentials', changedAt: instant, canChange: true,
  own: { most: 8, codesLeft: 7, hasRoomForApp: true, hasRoomForPasskey: true, canAdd: true, rows: [{ url: '/console/credentials/devices/a', name: 'Phone', clockUrl: '/console/credentials/devices/a/clock', kind: 'authenticator app', serial: 'arn:aws:iam::111122223333:mfa/0123456789abcdef', addedAt: instant, usedAt: instant }] },
  keys: { most: 2, createUrl: '/console/credentials/keys', rows: keyRows.slice(0, 1) },
}
const prove = { ...consoleFrame, ...nothingWrong, userName: 'jane', back: '/console/credentials', action: '/console/prove?back=x', asksPassword: true, asksCode: true, optionsUrl: '/console/prove/options', canTrust: false }
const plainRules = [{ text: 'At least 12 characters', pattern: '^.{12,}$', met: undefined }, { text: 'A digit', pattern: '[0-9]', met: undefined }]
const question = { ...consoleFrame, ...nothingWrong, asked: { name: 'jane', actions: 'iam:CreateUser\niam:ListUsers', resources: '*', context: '' }, kinds: ['user', 'group', 'role'].map((kind) => ({ kind, selected: kind === 'user' })), results: undefined }
const considered = { policy: `inline policy own of user ${longName}`, statement: 1, sid: 'ReadOnly', effect: 'Allow', applies: false, fitsResource: true, conditions: [{ operator: 'Bool', key: 'aws:MultiFactorAuthPresent', found: '', holds: false }] }
const settings = {
  ...consoleFrame, ...nothingWrong, done: undefined, alias: { current: 'example-production', typed: 'example-production', canSet: true, canRemove: true },
  rules: { kinds: 'a digit', own: true, canSet: true, canRemove: true, minimumLength: 14, maxAge: 0, reusePrevention: 5, requireSymbols: false, requireNumbers: true, requireUppercase: false, requireLowercase: false, allowUsersToChange: true, hardExpiry: false },
  email: { current: 'root-of-the-production-account@example.com', changeUrl: '/console/settings/email' }, closeUrl: '/console/settings/close',
}
const fault = (path: string, message: string) => ({ problem: 'Something in the form needs another look.', faults: [{ path, message }] })

const consoleSamples: Sample[] = [
  { name: 'console-list', view: 'console/list', model: list },
  { name: 'console-list-empty', view: 'console/list', model: { ...list, done: undefined, create: [], rows: [], nextUrl: undefined, firstUrl: undefined } },
  { name: 'console-list-no-match', view: 'console/list', model: { ...list, done: undefined, query: 'nobody', rows: [], nextUrl: undefined, firstUrl: undefined } },
  { name: 'console-confirm', view: 'console/confirm', model: { ...consoleFrame, title: 'Delete access key', about: longName, text: 'AKIAEXAMPLEEXAMPLE22 is gone for good. Whatever still uses it stops working.', button: 'Delete it', change: 'DeleteAccessKey', action: '/a', backUrl: '/b', fields: [{ name: 'AccessKeyId', value: 'AKIAEXAMPLEEXAMPLE22' }] } },
  { name: 'console-new-user', view: 'console/new-entity', model: { ...consoleFrame, ...nothingWrong, ...fault('UserName', 'This must be letters, digits and + = , . @ - _.'), kind: 'user', title: 'New user', field: 'UserName', name: 'no spaces', longest: 64, path: '/', lead: 'A user has neither password nor keys nor rights at first: you give them on the next page.', backUrl: '/console/users' } },
  { name: 'console-new-role', view: 'console/new-role', model: { ...consoleFrame, ...nothingWrong, problem: 'There are 2 things in the document to mend.', name: 'Deploy', path: '/', description: '', length: 3600, lengths: [3600, 7200, 43_200], document: policyText, documentFaults } },
  { name: 'console-user', view: 'console/entity', model: userPage },
  { name: 'console-user-read-only', view: 'console/entity', model: readOnlyUser },
  { name: 'console-user-fault', view: 'console/entity', model: { ...userPage, done: undefined, problem: 'The user cannot be deleted while there are access keys (2). Remove them first.' } },
  { name: 'console-group', view: 'console/entity', model: { ...entity, kind: 'group', title: 'Operations', members: { add: true, canRemove: true, rows: [{ name: longName, url: '/a' }, { name: 'jane', url: '/b' }], nextUrl: '/c' }, attached: userPage.attached, inline: userPage.inline } },
  { name: 'console-role', view: 'console/entity', model: { ...entity, kind: 'role', title: 'Deploy', trust: { document: policyText, editUrl: '/a' }, length: { current: 3600, description: 'Deploys', choices: [3600, 7200] }, attached: userPage.attached, inline: userPage.inline, boundary: readOnlyUser.boundary, tags: userPage.tags, removeUrl: '/b' } },
  { name: 'console-document', view: 'console/document', model: document },
  { name: 'console-document-faults', view: 'console/document', model: { ...document, problem: 'There are 2 things in the document to mend.', documentFaults } },
  { name: 'console-document-version', view: 'console/document', model: { ...document, title: 'New version', nameField: undefined, isNew: false, asksDescription: false, setsDefault: { on: true } } },
  { name: 'console-document-read-only', view: 'console/document', model: { ...document, title: longName, nameField: undefined, isNew: false, asksDescription: false, button: undefined } },
  { name: 'console-policy', view: 'console/policy', model: managedPolicy },
  { name: 'console-policy-catalogue', view: 'console/policy', model: { ...managedPolicy, title: 'ReadOnlyAccess', arn: readOnly.arn, isOwn: false, facts: [], shown: undefined, editUrl: undefined, versions: undefined, used: { rows: [], isMore: false }, removeUrl: undefined } },
  { name: 'console-provider-oidc', view: 'console/provider', model: { ...provider, oidc: { issuer: 'https://tokens.example.com', clientIds: ['sts.example.com', 'an-audience-with-a-name-that-cannot-be-broken-anywhere-at-all-and-goes-on'], thumbprints: ['0123456789abcdef0123456789abcdef01234567'], canAdd: true, canRemove: true } } },
  { name: 'console-provider-saml', view: 'console/provider', model: { ...provider, title: 'corp', saml: { validUntil: later, metadata: '<EntityDescriptor entityID="https://idp.example.com/metadata"><IDPSSODescriptor/></EntityDescriptor>', canReplace: true } } },
  { name: 'console-new-provider-oidc', view: 'console/new-provider', model: { ...consoleFrame, ...nothingWrong, ...fault('Url', 'This must begin with https://.'), isOidc: true, url: 'http://tokens.example.com', clientIds: '', name: '', metadata: '' } },
  { name: 'console-new-provider-saml', view: 'console/new-provider', model: { ...consoleFrame, ...nothingWrong, isOidc: false, url: '', clientIds: '', name: '', metadata: '' } },
  { name: 'console-new-key', view: 'console/new-key', model: { ...consoleFrame, about: longName, id: 'AKIAEXAMPLEEXAMPLE22', secret: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', action: '/a', backUrl: '/b' } },
  { name: 'console-user-password', view: 'console/user-password', model: { ...consoleFrame, ...nothingWrong, userName: longName, action: '/a', backUrl: '/b', has: true, oneTime: true, rules: plainRules } },
  { name: 'console-credentials', view: 'console/credentials', model: ownCredentials },
  { name: 'console-credentials-bare', view: 'console/credentials', model: { ...ownCredentials, late: true, canChange: false, own: { ...ownCredentials.own, rows: [] }, keys: undefined } },
  { name: 'console-credentials-root', view: 'console/credentials', model: { ...ownCredentials, done: 'The access key is changed.', isRoot: true, keys: { most: 2, createUrl: '/a', rows: [] } } },
  { name: 'console-prove', view: 'console/prove', model: { ...prove, problem: 'That code is not right.', faults: [{ path: 'code', message: 'That code is not right.' }] } },
  { name: 'console-prove-wait', view: 'console/prove', model: { ...prove, asksCode: false, optionsUrl: undefined, problem: 'That was wrong too often.', retryAfter: 42 } },
  { name: 'console-prove-passkey', view: 'console/prove', model: { ...prove, asksPassword: false, asksCode: false } },
  { name: 'console-own-password', view: 'console/own-password', model: { ...consoleFrame, ...nothingWrong, problem: 'This is not the password you have now.', faults: [{ path: 'current', message: 'This is not the password you have now.' }], userName: 'jane', rules: plainRules } },
  { name: 'console-own-app', view: 'console/own-app', model: { ...consoleFrame, ...nothingWrong, picture: qr, secret: 'ABCD EFGH IJKL MNOP QRST UVWX YZ23 4567', sealed: 'x', name: 'Phone', problem: 'That code is not right.', faults: [{ path: 'code', message: 'That code is not right.' }] } },
  { name: 'console-own-passkey', view: 'console/own-passkey', model: { ...consoleFrame, ...nothingWrong, optionsUrl: '/a', name: '' } },
  { name: 'console-own-codes', view: 'console/own-codes', model: { ...consoleFrame, codes: undefined, left: 0, userName: 'jane' } },
  { name: 'console-own-codes-made', view: 'console/own-codes', model: { ...consoleFrame, codes: Array.from({ length: 10 }, (_, index) => `ABCD-EFGH-${2222 + 1111 * (index % 6)}`), left: 10, userName: 'jane' } },
  { name: 'console-own-clock', view: 'console/own-clock', model: { ...consoleFrame, ...nothingWrong, name: 'Phone', deviceUrl: '/a', action: '/b', problem: 'These are not two codes in a row of this app. Take the next two that it shows.', faults: [{ path: 'first', message: 'These are not two codes in a row of this app. Take the next two that it shows.' }] } },
  { name: 'console-own-device', view: 'console/own-device', model: { ...consoleFrame, ...nothingWrong, action: '/a', title: 'A-device-with-a-name-that-cannot-be-broken-anywhere-at-all-and-on', name: 'A device', kind: 'Authenticator app', addedAt: instant, usedAt: undefined } },
  { name: 'console-events', view: 'console/events', model: { ...consoleFrame, query: '', signIns: true, signInsUrl: '/a', allUrl: '/b', olderUrl: '/c', latestUrl: '/d', rows: [
    { position: '2', name: 'ConsoleLogin', at: instant, address: '203.0.113.9', who: longArn, what: '', failed: false, why: '', how: 'with a second step', record: policyText }, { position: '1', name: 'CreateUser', at: instant, address: '2001:db8::1', who: longArn, what: 'a-user-name-of-sixty-four-characters-which-is-the-most-there-may-be', failed: true, why: 'AccessDenied: User may not do this', how: '', record: policyText }] } },
  { name: 'console-events-none', view: 'console/events', model: { ...consoleFrame, query: 'nobody', signIns: false, signInsUrl: '/a', allUrl: '/b', olderUrl: undefined, latestUrl: undefined, rows: [] } },
  { name: 'console-switch-role', view: 'console/switch-role', model: { ...consoleFrame, ...nothingWrong, problem: 'You may not work as that role.', accountTyped: '444455556666', roleName: 'Deploy', isRoot: false, ending: { label: 'ReadOnly', account: { id: '111122223333', name: 'Production 1' } } } },
  { name: 'console-switch-role-root', view: 'console/switch-role', model: { ...consoleFrame, ...nothingWrong, accountTyped: '', roleName: '', isRoot: true, ending: undefined } },
  { name: 'console-simulate', view: 'console/simulate', model: question },
  { name: 'console-simulate-answer', view: 'console/simulate', model: { ...question, results: [
    { action: 'iam:CreateUser', resource: longArn, allowed: false, why: 'Nothing allows it: no policy does.', by: undefined, missingKeys: ['aws:MultiFactorAuthPresent'], statements: [considered] },
    { action: 'iam:ListUsers', resource: '*', allowed: true, why: 'A statement allows it.', by: { policy: 'arn:aws:iam::aws:policy/ReadOnlyAccess', statement: 2, sid: undefined }, missingKeys: [], statements: [] }] } },
  { name: 'console-simulate-fault', view: 'console/simulate', model: { ...question, problem: 'Name actions such as iam:CreateUser, one a line.', faults: [{ path: 'actions', message: 'Name actions such as iam:CreateUser, one a line.' }] } },
  { name: 'console-settings', view: 'console/settings', model: settings },
  { name: 'console-settings-read-only', view: 'console/settings', model: { ...settings, alias: { current: undefined, typed: '', canSet: false, canRemove: false }, rules: { ...settings.rules, canSet: false, canRemove: false }, email: undefined, closeUrl: undefined } },
  { name: 'console-settings-fault', view: 'console/settings', model: { ...settings, ...fault('MinimumPasswordLength', 'This must be a whole number from 6 to 128.') } },
  { name: 'console-root-email', view: 'console/root-email', model: { ...consoleFrame, ...nothingWrong, current: 'root-of-the-production-account@example.com', email: '', id: undefined, minutes: 10 } },
  { name: 'console-root-email-code', view: 'console/root-email', model: { ...consoleFrame, ...nothingWrong, current: 'root@example.com', email: 'another-address-that-is-rather-long@subsidiary.example.com', id: 'x', minutes: 10, problem: 'That code is not right.', faults: [{ path: 'code', message: 'That code is not right.' }] } },
  { name: 'console-close-account', view: 'console/close-account', model: { ...consoleFrame, ...nothingWrong, users: 3, roles: 1, policies: 0 } },
]

const choice = { ...common, subject: 'jane@example.com', destination: undefined, ...nothingWrong, accounts: [
  { id: '111122223333', name: 'Production', roles: [{ value: 0, name: 'Administrator', provider: undefined }, { value: 2, name: 'ReadOnly', provider: undefined }] },
  { id: '444455556666', name: 'Staging', roles: [{ value: 1, name: 'Administrator', provider: undefined }] }] }

const saml: Sample[] = [
  { name: 'saml-choose', view: 'saml/choose', model: choice },
  { name: 'saml-choose-problem', view: 'saml/choose', model: { ...choice, destination: '/console/users', problem: 'The role Administrator does not let you in with this sign-in.', subject: longPerson.userName, accounts: [
    { id: longAccount.id, name: longAccount.name, roles: [{ value: 0, name: 'CrossAccountObservabilityAdministratorsOfEverythingThereIsX', provider: 'Corp-Identity' }, { value: 1, name: 'CrossAccountObservabilityAdministratorsOfEverythingThereIsX', provider: 'Partner' }] }, ...choice.accounts] } },
  { name: 'saml-failed', view: 'saml/failed', model: { organization, sentence: 'What your organization’s identity provider sent cannot be accepted here. That is nothing you did, and nothing you can mend.', reference: '0b9f6c0e-2f0c-4c43-9a55-0d2c5b6f2f3e' } },
  { name: 'saml-start', view: 'saml/start', model: { organization, address: 'https://login.example.com/saml', metadataUrl: '/saml/metadata' } },
]

export const samples: Sample[] = [...signin, ...inPortal, ...elsewhere, ...recovery, ...consoleSamples, ...saml]
