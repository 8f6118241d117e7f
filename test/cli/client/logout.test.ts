import { existsSync } from 'node:fs'
import { startClient } from '../../support/client.js'

let client: Awaited<ReturnType<typeof startClient>>
beforeEach(async () => {
  client = await startClient()
})
afterEach(() => client.close())

describe('logout', () => {
  test('tells the portal and forgets the token', async () => {
    await client.login()
    const { accessToken } = client.cached()
    expect(await client.run('logout')).toBe(0)
    expect(client.requests('/logout')[0]!.bearer).toBe(accessToken)
    expect(existsSync(client.cacheFile())).toBe(false)
    expect(await client.run('logout')).toBe(0)
    expect(client.world.said.at(-1)).toBe('You are not signed in.')
  })

  test('forgets the token also where the portal cannot be reached, and says that', async () => {
    await client.login()
    await client.portal.close()
    expect(await client.run('logout')).toBe(1)
    expect(existsSync(client.cacheFile())).toBe(false)
    expect(client.world.said.at(-1)).toContain('could not be told')
  })
})
