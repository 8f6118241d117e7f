// An organization with as many accounts as a big one has: jane reaches 300, each with four permission sets.
import { password } from './app.js'

const icon = `data:image/svg+xml;base64,${Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="48" height="48"><circle cx="24" cy="24" r="20"/></svg>').toString('base64')}`

/** The id of the account that stands at an index, from 0; its name counts from 1. */
export const portalAccount = (index: number): string => String(100_000_000_000 + (index + 1) * 611_953)

const sets = ['Administrator', 'Auditor', 'ReadOnly', 'With-the-longest-name-there-is'.padEnd(32, 'x')]
const longest = 'A description that goes on for as long as the field allows. '.repeat(11).trim()
const name = (index: number): string => `Account number ${index + 1} of the subsidiary`.padEnd(index === 1 ? 50 : 0, 'x')

export const organizationOf300 = `
organization: { name: Test Corp, directoryId: d-0123456789, startUrlAliases: [https://d-0123456789.awsapps.com/start] }
accounts:
${Array.from({ length: 300 }, (_, index) => `  - { id: "${portalAccount(index)}", name: ${name(index)}, email: "root+${index}@an-address-that-is-longer-than-most.example.com", management: ${index === 0} }`).join('\n')}
users:
  - { userName: jane, displayName: Jane Doe, emails: [{ value: jane@example.com }], password: ${password} }
  - { userName: priya, displayName: Priya Raman, emails: [{ value: priya@example.com }], password: ${password} }
  - { userName: leo, displayName: "Maximilian-Leonhard von Hohenfels-Wittgenstein zu Altenburg", emails: [{ value: leo@example.com }], password: ${password} }
  - { userName: nora, displayName: Nora New, emails: [{ value: nora@example.com }], oneTimePassword: Only-once-42 }
groups:
  - { displayName: Everywhere, members: [jane] }
permissionSets:
${sets.map((set) => `  - { name: ${set}, description: "${longest}", sessionDuration: 1h }`).join('\n')}
assignments:
${Array.from({ length: 300 }, (_, index) => sets.map((set) => `  - { account: "${portalAccount(index)}", permissionSet: ${set}, group: Everywhere }`).join('\n')).join('\n')}
  - { account: "${portalAccount(0)}", permissionSet: ReadOnly, user: priya }
applications:
  - { name: Pictures, startUrl: "https://pictures.example.com/", icon: "${icon}", assignedTo: [{ user: jane }, { user: leo }] }
  - name: Wiki
    startUrl: https://wiki.example.com/
    oidc: { client_id: wiki, redirect_uris: ["https://wiki.example.com/callback"], token_endpoint_auth_method: none }
    assignedTo: [{ user: jane }]
`
