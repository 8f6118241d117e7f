// Application providers: the kinds of applications that can be made.
import { Refusal } from '../../../platform/errors.js'
import { pageOfAll } from '../../../platform/storage/paging.js'
import type { JsonObject } from '../protocol/request.js'
import { operation, type Operations } from './operation.js'
import { providerArnMember } from './words.js'

interface Provider {
  id: string
  protocol: 'OAUTH' | 'SAML'
  name: string
  description: string
}

const providers: readonly Provider[] = [
  { id: 'custom', protocol: 'OAUTH', name: 'Custom application', description: 'An application of your own that uses OAuth 2.0 or OpenID Connect' },
  { id: 'custom-saml', protocol: 'SAML', name: 'Custom SAML application', description: 'An application of your own that uses SAML 2.0' },
]

const prefix = 'arn:aws:sso::aws:applicationProvider/'

export const providerArn = (id: string): string => `${prefix}${id}`

export const findProvider = (arn: string): Provider | undefined => providers.find(({ id }) => providerArn(id) === arn)

const answer = ({ id, protocol, name, description }: Provider): JsonObject =>
  ({ ApplicationProviderArn: providerArn(id), FederationProtocol: protocol, DisplayData: { DisplayName: name, Description: description } })

export const applicationProviderOperations: Operations = {
  ListApplicationProviders: operation({
    input: {}, readOnly: true, pages: 100,
    run: ({ page, listed }) => listed('ApplicationProviders', pageOfAll(providers, page, ({ id }) => id), answer),
  }),
  DescribeApplicationProvider: operation({
    input: { ApplicationProviderArn: providerArnMember }, readOnly: true,
    target: ({ ApplicationProviderArn }) => ({ arn: ApplicationProviderArn, found: findProvider(ApplicationProviderArn), missing: `There is no application provider ${ApplicationProviderArn}.` }),
    run: ({ target }) => {
      if (!target) throw new Refusal('not-found', 'There is no such application provider.')
      return answer(target)
    },
  }),
}
