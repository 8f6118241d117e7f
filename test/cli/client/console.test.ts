import { startClient } from '../../support/client.js'

let client: Awaited<ReturnType<typeof startClient>>
beforeEach(async () => {
  client = await startClient()
})
afterEach(() => client.close())

describe('console', () => {
  test('opens the client.portal, or the console of a permission set', async () => {
    await client.login()
    await client.run('console')
    await client.run('console', '--account', '1111-2222-3333', '--permission-set', 'ReadOnly', '--destination', 'https://example.com/a?b=c&d')
    expect(client.world.opened.slice(1)).toEqual([
      `${client.portal.url}/start`,
      `${client.portal.url}/start/console?account_id=111122223333&role_name=ReadOnly&destination=https%3A%2F%2Fexample.com%2Fa%3Fb%3Dc%26d`,
    ])
    expect(client.world.out).toEqual([])
  })

  test('prints the address where no browser opens', async () => {
    await client.login()
    client.io.open = async () => false
    await client.run('console')
    expect(client.world.out).toEqual([`${client.portal.url}/start`])
  })

  test('wants account and permission set together', async () => {
    await client.login()
    expect(await client.run('console', '--account', '111122223333')).toBe(2)
  })
})
