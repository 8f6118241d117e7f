// One model per state of the page of our own keys.
import { setModel, warningOf } from '../../src/http/admin/settings-keys-model.js'
import { frame, long, nothing } from './admin-frame.js'

const hour = 3600
const now = Date.parse('2026-11-21T12:00:00Z') / 1000
const key = (KeyId: string, State: 'current' | 'next' | 'previous', ago: number, used?: number) => ({ KeyId, State, CreatedAt: now - (ago + 1) * hour, Since: now - ago * hour, ...(used !== undefined && { FirstUsedAt: now - ago * hour, LastUsedAt: now - used * hour }) })
const certified = (of: ReturnType<typeof key>, byte: string) => ({ ...of, Fingerprint: byte.repeat(32), Subject: 'CN=Gatehouse SAML signing', NotBefore: of.CreatedAt, NotAfter: of.CreatedAt + 10 * 365 * 24 * hour })
const openId = [key('RM5b-hQ1w3gUfy3sD1y2nCw2mEIuV4Xn0H9b7Jt5p2c', 'current', 700, 0), key('u8Yw2Zk9q7ExampleKeyThumbprint0123456789abc', 'next', 700), key('d7Xa1Bb3c5ExampleKeyThumbprint0123456789abc', 'previous', 700, 701)]
const saml = [certified(key('1', 'current', 24, 1), 'ab'), certified(key('2', 'next', 24), 'cd')]
const asks = (Address: string, HasKey: boolean, fetched?: number) => ({ Address, UserAgent: HasKey ? 'openid-client/6.8.9 (https://example.com/openid-client)' : '', CalledAt: now - 2 * hour, ...(fetched !== undefined && { FetchedAt: now - fetched * hour }), HasKey })
const party = (n: number, Name: string, State: 'Fetched' | 'NotSeen' | 'OnDevices' | 'NotCalled', ...Callers: ReturnType<typeof asks>[]) => ({ ApplicationArn: `arn:aws:sso::111122223333:application/ssoins-0123456789abcdef/apl-000000000000000${n}`, Name, State, Callers, CallerCount: Callers.length > 2 ? 14 : Callers.length })
const unseen = [party(1, 'Ledger', 'NotSeen', asks('192.0.2.10', false, 900), asks('2001:db8:85a3:8d3:1319:8a2e:370:7348', false), asks('192.0.2.11', true, 1)), party(2, long, 'NotSeen', asks('198.51.100.7', false))]
const fetched = [party(3, 'Payroll', 'Fetched', asks('192.0.2.11', true, 1)), party(4, 'Travel', 'Fetched', asks('203.0.113.5', true, 30))]
const untold = [party(5, 'Wiki', 'OnDevices'), party(6, 'Archive', 'NotCalled')]
const partiesOf = (RelyingParties: ReturnType<typeof party>[], more = 0) => {
  const count = (state: string) => RelyingParties.filter(({ State }) => State === state).length
  return { RelyingParties, RelyingPartyCounts: { NotSeen: count('NotSeen'), Fetched: count('Fetched') + more, OnDevices: count('OnDevices') + more, NotCalled: count('NotCalled') } }
}
const sets = [
  { Set: 'ES256', Algorithm: 'ES256', Keys: openId, ReadyAt: now - 9 * hour, KeptFor: hour, ...partiesOf([...unseen, ...fetched, ...untold], 40) },
  { Set: 'RS256', Algorithm: 'RS256', Keys: openId.slice(0, 2), ReadyAt: now + hour, KeptFor: hour, ...partiesOf([]) },
  { Set: 'SAML_SIGNING', Algorithm: 'RSA 3072', Keys: saml, Waiting: [{ SourceId: '5900d690-ee9c-4ece-996b-a842edb1424e', Name: 'Corporate', FetchedAt: now - 200 * hour }, { SourceId: '5900d690-ee9c-4ece-996b-a842edb1424f', Name: long }] },
  { Set: 'SAML_ENCRYPTION', Algorithm: 'RSA 3072', Keys: saml, Waiting: [] },
]
const ending = (of: (typeof saml)[number], days: number) => ({ ...of, NotAfter: now + days * 24 * hour })
const overSets = sets.map((set) => (set.Set.startsWith('SAML') ? { ...set, Keys: [ending(saml[0]!, -1), ending(saml[1]!, 40), certified(key('3', 'previous', 24, 25), 'ef')] } : set))
const tabs = ['General', 'Sign-in', 'Passwords', 'Mail', 'Branding', 'Instance', 'Token issuers', 'Keys'].map((text) => ({ url: `/admin/settings/${text}`, text, current: text === 'Keys' }))
const page = { ...frame('Settings'), ...nothing, title: 'Keys', tabs }
const openIdSets = (...parties: ReturnType<typeof party>[][]): object[] => parties.map((of, n) => setModel({ ...sets[n]!, ...partiesOf(of) }, now * 1000, true))
const shown = (mayChange: boolean): object[] => sets.map((set) => setModel(set, now * 1000, mayChange))

const asked = (n: number): Record<string, unknown> => ({
  ...frame('Settings'), title: 'Sign with the next key?', about: 'OpenID Connect, ES256', action: '/admin/settings/keys', backUrl: '/admin/settings/keys', text: warningOf(sets[n]!, now * 1000), button: 'Sign with the next key', change: 'rotate', fields: [{ name: 'Set', value: 'ES256' }],
})

export const samples: { name: string; view: string; model: Record<string, unknown> }[] = [
  { name: 'admin-settings-keys', view: 'admin/settings-keys', model: { ...page, sets: shown(true) } },
  { name: 'admin-settings-keys-read', view: 'admin/settings-keys', model: { ...page, sets: shown(false) } },
  { name: 'admin-settings-keys-none', view: 'admin/settings-keys', model: { ...page, sets: [...shown(true).slice(0, 2), ...sets.slice(2).map((set) => setModel({ ...set, Keys: [], Waiting: [] }, now * 1000, true))] } },
  { name: 'admin-settings-keys-ending', view: 'admin/settings-keys', model: { ...page, sets: overSets.map((set) => setModel(set, now * 1000, true)) } },
  { name: 'admin-settings-keys-fetched', view: 'admin/settings-keys', model: { ...page, sets: openIdSets(fetched, [...fetched, ...untold]) } },
  { name: 'admin-settings-keys-untold', view: 'admin/settings-keys', model: { ...page, sets: openIdSets(untold) } },
  { name: 'admin-settings-keys-change', view: 'admin/person-confirm', model: asked(0) },
  { name: 'admin-settings-keys-problem', view: 'admin/settings-keys', model: { ...page, sets: shown(true), problem: 'Somebody else changed the keys meanwhile. Look again.' } },
]
