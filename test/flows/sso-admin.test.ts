// The SSO Admin API with the real SDK, in the order in which Terraform calls it.
import { ListInstancesCommand, paginateListInstances, SSOAdminClient } from '@aws-sdk/client-sso-admin'
import { instanceArn } from '../../src/domain/access/index.js'
import { startApp, type TestApp } from '../support/app.js'
import { clientOf, management, production, rootKeys, userKeys, type Keys } from '../support/iam.js'

let app: TestApp
let root: SSOAdminClient
const adminClient = ({ origin }: Pick<TestApp, 'origin'>, credentials: Keys): SSOAdminClient => new SSOAdminClient({ endpoint: origin, region: 'us-east-1', credentials, maxAttempts: 1 })
beforeAll(async () => {
  app = await startApp()
  root = adminClient(app, await rootKeys(app))
})
afterAll(() => app.stop())

const refused = (name: string, message?: RegExp): object => ({ name, $metadata: expect.objectContaining({ httpStatusCode: 400 }), ...(message && { message: expect.stringMatching(message) }) })

const post = async (headers: Record<string, string>, body: string) => {
  const answer = await fetch(app.origin, { method: 'POST', headers, body })
  return { status: answer.status, type: answer.headers.get('content-type'), body: await answer.json() as Record<string, unknown> }
}

describe('the instance', () => {
  test('is listed', async () => {
    const { Instances, NextToken } = await root.send(new ListInstancesCommand({}))
    expect(Instances).toEqual([{ InstanceArn: instanceArn('d-0123456789'), IdentityStoreId: 'd-0123456789', OwnerAccountId: management, Name: 'Test Corp', Status: 'ACTIVE' }])
    expect(NextToken).toBeUndefined()
    const pages = []
    for await (const page of paginateListInstances({ client: root }, {})) pages.push(page)
    expect(pages).toHaveLength(1)
  })

  test('is nothing for another account, nor for whoever has no policy', async () => {
    const elsewhere = adminClient(app, await rootKeys(app, production))
    await expect(elsewhere.send(new ListInstancesCommand({}))).rejects.toMatchObject(refused('AccessDeniedException', /not of the management account/))
    const ana = adminClient(app, await userKeys(clientOf(app, await rootKeys(app)), 'ana'))
    await expect(ana.send(new ListInstancesCommand({}))).rejects.toMatchObject(refused('AccessDeniedException', /not authorized to perform: sso:ListInstances on resource: \*/))
  })

  test('is asked for with a sound input, a known operation and a signature', async () => {
    await expect(root.send(new ListInstancesCommand({ MaxResults: 101 }))).rejects.toMatchObject(refused('ValidationException', /^1 validation error detected: MaxResults must be a whole number from 1 to 100$/))
    await expect(root.send(new ListInstancesCommand({ NextToken: 'abc' }))).rejects.toMatchObject(refused('ValidationException', /NextToken is not one that was given for this/))
    const headers = { 'content-type': 'application/x-amz-json-1.1' }
    expect(await post({ ...headers, 'x-amz-target': 'SWBExternalService.Nope' }, '{}')).toMatchObject({ status: 400, type: 'application/x-amz-json-1.1', body: { __type: 'UnknownOperationException' } })
    expect(await post({ ...headers, 'x-amz-target': 'Other.ListInstances' }, '{}')).toMatchObject({ status: 400, body: { __type: 'UnknownOperationException' } })
    expect(await post({ ...headers, 'x-amz-target': 'SWBExternalService.constructor' }, '{}')).toMatchObject({ status: 400, body: { __type: 'UnknownOperationException' } })
    expect(await post({ ...headers, 'x-amz-target': 'SWBExternalService.ListInstances' }, '{}')).toMatchObject({ status: 400, body: { __type: 'MissingAuthenticationTokenException', Message: expect.any(String) } })
  })
})
