// Signing in from another site's page in a real Chromium: its rules on cookies hold, and the sessions that are there stay.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { CreateSAMLProviderCommand } from '@aws-sdk/client-iam'
import type { Browser } from 'playwright-core'
import { startApp, type TestApp } from '../support/app.js'
import { newPerson, startChromium } from '../support/chromium.js'
import { openRoot } from '../support/console.js'
import { clientOf, management, rootKeys } from '../support/iam.js'
import { needs } from '../support/needs.js'
import { base64, metadataOf, responseOf, signed, signerOf } from '../support/saml.js'
import { makeRole } from '../support/sts.js'

needs('chromium').describe('a sign-in from the page of an identity provider', () => {
  const signer = signerOf()
  const provider = `arn:aws:iam::${management}:saml-provider/Corp`
  let home: TestApp
  let browser: Browser
  let site: Server
  let roles: string[]
  let offered: string[]
  beforeAll(async () => {
    [home, browser] = await Promise.all([startApp(), startChromium()])
    const root = clientOf(home, await rootKeys(home))
    await root.send(new CreateSAMLProviderCommand({ Name: 'Corp', SAMLMetadataDocument: metadataOf([signer]) }))
    const trust = [{ Effect: 'Allow', Principal: { Federated: provider }, Action: 'sts:AssumeRoleWithSAML' }]
    roles = [await makeRole(root, 'Administrator', { trust }), await makeRole(root, 'Reader', { trust })]
    site = createServer((_request, response) => {
      const prefix = 'https://aws.amazon.com/SAML/Attributes/'
      const attributes = { [`${prefix}Role`]: offered.map((arn) => `${arn},${provider}`), [`${prefix}RoleSessionName`]: ['jane'] }
      const message = base64(signed(responseOf({ recipient: `${home.origin}/saml`, attributes }), signer))
      response.setHeader('content-type', 'text/html').end(`<!doctype html><title>Provider</title><form method="post" action="${home.origin}/saml"><input type="hidden" name="SAMLResponse" value="${message}"><button>Continue</button></form>`)
    })
    await new Promise<void>((resolve) => { site.listen(0, '127.0.0.1', resolve) })
  }, 90_000)
  afterAll(async () => {
    await browser?.close()
    await home?.stop()
    site?.close()
  })

  const personAt = async () => {
    const person = await newPerson(browser)
    const session = (await openRoot(home)).cookie('gatehouse-console')!
    await person.context.addCookies([{ name: 'gatehouse-console', value: session, url: home.origin, sameSite: 'Lax' }])
    await person.page.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}/`)
    return person
  }

  test('leads through a choice of roles into the console, beside the session that is there', async () => {
    offered = roles
    const { page, complaints } = await personAt()
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByLabel('Reader').check()
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL(`${home.origin}/console`)
    await page.getByText('2 sessions of at most').waitFor()
    expect(complaints).toEqual([])
  })

  test('leads straight into the one role that there is', async () => {
    offered = roles.slice(0, 1)
    const { page } = await personAt()
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.waitForURL(`${home.origin}/console`)
    await page.getByText('2 sessions of at most').waitFor()
  })
})
