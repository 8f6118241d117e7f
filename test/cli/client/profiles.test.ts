import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { startClient } from '../../support/client.js'

let client: Awaited<ReturnType<typeof startClient>>
beforeEach(async () => {
  client = await startClient()
})
afterEach(() => client.close())

describe('profiles', () => {
  beforeEach(() => {
    client.portal.state.accounts = [
      { accountId: '111122223333', accountName: 'Production', roles: ['AdministratorAccess', 'ReadOnly', 'Billing'] },
      { accountId: '222233334444', accountName: 'Ünïcode & Spaces', roles: ['ReadOnly'] },
      { accountId: '333344445555', accountName: 'Twin', roles: ['ReadOnly'] },
      { accountId: '444455556666', accountName: 'Twin', roles: ['ReadOnly'] },
      { accountId: '555566667777', accountName: 'Empty', roles: [] },
    ]
  })

  const names = (text: string) => [...text.matchAll(/^\[(.*)\]/gm)].map((match) => match[1])

  test('are made for every account and permission set, over all pages', async () => {
    await client.login()
    expect(await client.run('profiles')).toBe(0)
    expect(names(client.world.out[0]!)).toEqual([
      'sso-session gatehouse', 'services gatehouse', 'profile Production.AdministratorAccess', 'profile Production.ReadOnly', 'profile Production.Billing',
      'profile Unicode-Spaces.ReadOnly', 'profile Twin.ReadOnly.333344445555', 'profile Twin.ReadOnly.444455556666',
    ])
    expect(client.world.out[0]).toContain(['[profile Production.Billing]', 'sso_session = gatehouse', 'sso_account_id = 111122223333', 'sso_role_name = Billing', 'services = gatehouse', 'region = us-east-1', ''].join('\n'))
    expect(client.world.out[0]).toContain(`[services gatehouse]\nsso =\n  endpoint_url = ${client.portal.url}\nsso_oidc =\n  endpoint_url = ${client.portal.url}\nsts =\n  endpoint_url = ${client.portal.url}\n`)
    expect(existsSync(join(client.home, '.aws', 'config'))).toBe(false)
  })

  test('are named by the template', async () => {
    await client.login()
    await client.run('profiles', '--template', '{permission_set}@{account_id}')
    expect(names(client.world.out[0]!)).toContain('profile Billing@111122223333')
    expect(await client.run('profiles', '--template', '{account}')).toBe(2)
    expect(client.world.said.at(-1)).toContain('{account}')
  })

  test('can call gatehouse instead', async () => {
    await client.login()
    await client.run('profiles', '--process')
    expect(client.world.out[0]).toContain('credential_process = gatehouse credentials --session gatehouse --account 111122223333 --permission-set Billing --format process')
    expect(client.world.out[0]).not.toContain('sso')
  })

  test.each([
    ['no file', ''],
    ['a file', '# mine\n[default]\nregion = eu-west-1\n'],
    ['a file without a last newline', '[profile mine]\nregion=eu-west-1'],
    ['a file with Windows line ends', '[profile mine]\r\nregion=eu-west-1\r\n'],
  ])('are written into %s, and again, and change no other line', async (_, before) => {
    if (before) client.put('.aws/config', before)
    await client.login()
    expect(await client.run('profiles', '--write')).toBe(0)
    const first = client.config()
    expect(first.startsWith(before)).toBe(true)
    const newline = before.includes('\r') ? '\r\n' : '\n'
    client.put('.aws/config', `${first}${newline}[profile later]${newline}`)
    client.portal.state.accounts.length = 1
    expect(await client.run('profiles', '--write')).toBe(0)
    expect(client.config().startsWith(before)).toBe(true)
    expect(names(client.config()).slice(-3)).toEqual(['profile Production.ReadOnly', 'profile Production.Billing', 'profile later'])
    expect(client.config().match(/--- begin of/g)).toHaveLength(1)
    const again = client.config()
    await client.run('profiles', '--write')
    expect(client.config()).toBe(again)
    expect(/[^\r]\n/.test(client.config())).toBe(!before.includes('\r'))
  })

  test('leave alone what the file has already, and say so', async () => {
    client.put('.aws/config', '[sso-session gatehouse]\nsso_start_url = https://other.example/start\n[ profile  Production.Billing ]\nregion = x\n')
    await client.login()
    expect(await client.run('profiles', '--write')).toBe(0)
    expect(names(client.config()).filter((name) => /Billing|sso-session/.test(name!))).toHaveLength(2)
    expect(client.world.said.at(-1)).toBe('Left as they were, because the file has them already: sso-session gatehouse, profile Production.Billing')
  })

  test('are not written over a block whose end is gone', async () => {
    client.put('.aws/config', '# --- begin of gatehouse profiles (gatehouse) ---\n[profile mine]\n')
    await client.login()
    expect(await client.run('profiles', '--write')).toBe(2)
    expect(client.config()).toContain('[profile mine]')
  })

  test('never take lines from the names that a portal gives', async () => {
    client.portal.state.accounts = [{ accountId: '111122223333', accountName: 'x]\n[default]\ncredential_process = evil', roles: ['ReadOnly'] }]
    await client.login()
    await client.run('profiles')
    expect(names(client.world.out[0]!).slice(2)).toEqual(['profile x-default-credential_process-evil.ReadOnly'])
    client.portal.state.accounts = [{ accountId: '111122223333', accountName: 'x', roles: ['a\ncredential_process = evil'] }]
    expect(await client.run('profiles')).toBe(1)
  })
})
