// OpenID Connect issuers that roles may trust.
import { providerArn, type IdentityProvider, type OidcProvider } from '../../../domain/accounts/index.js'
import { Refusal } from '../../../platform/errors.js'
import { tagsOf, timeOf } from './answers.js'
import { list, made, text } from '../protocol/fields.js'
import { operation, type Operations, type Scope, type Target } from './operation.js'
import { requestTags, toAll, toProvider } from './targets.js'
import { arn, tags } from './words.js'

export const mostClientIds = 100
const mostThumbprints = 5

const clientId = text(1, 255)
const thumbprint = made(text(40, 40, /^[0-9a-f]{40}$/i, 'must be 40 hexadecimal digits'), (value) => value.toLowerCase())

/** An issuer's address, as it is kept: without `https://`, and without what could make it another one. */
const issuer = made(text(1, 255), (value, unfit) => {
  if (!URL.canParse(value)) return unfit('must be an address that begins with https://')
  const url = new URL(value)
  if (url.protocol !== 'https:' || url.username || url.password || url.search || url.hash) return unfit('must begin with https:// and have neither a query nor a name to sign in with')
  return `${url.host}${url.pathname === '/' ? '' : url.pathname}`
})

const toOidc = ({ OpenIDConnectProviderArn }: { OpenIDConnectProviderArn: string }, scope: Scope): Promise<Target<IdentityProvider>> => toProvider(OpenIDConnectProviderArn, 'oidc', scope)

const asOidc = (provider: IdentityProvider): OidcProvider => {
  if (provider.kind !== 'oidc') throw new Refusal('not-found', 'That is no OpenID Connect provider.')
  return provider
}

export const oidcProviderOperations: Operations = {
  CreateOpenIDConnectProvider: operation({
    input: { Url: issuer, ClientIDList: list(clientId, mostClientIds), ThumbprintList: list(thumbprint, mostThumbprints), Tags: tags },
    target: ({ Url }, { accountId }) => ({ arn: providerArn({ accountId, kind: 'oidc', name: Url }), found: undefined }),
    context: ({ Tags }) => requestTags(Tags),
    run: async ({ input, accountId, rooms }) => {
      await rooms.providers.create([{ kind: 'oidc', accountId, name: input.Url, clientIds: [...new Set(input.ClientIDList)], thumbprints: input.ThumbprintList, tags: input.Tags }])
      return { OpenIDConnectProviderArn: providerArn({ accountId, kind: 'oidc', name: input.Url }), Tags: tagsOf(input.Tags) }
    },
  }),
  GetOpenIDConnectProvider: operation({
    input: { OpenIDConnectProviderArn: arn }, readOnly: true,
    target: toOidc,
    run: ({ target }) => {
      const { name, clientIds, thumbprints, createdAt, tags: kept } = asOidc(target)
      return { Url: name, ClientIDList: clientIds, ThumbprintList: thumbprints, CreateDate: timeOf(createdAt), Tags: tagsOf(kept) }
    },
  }),
  ListOpenIDConnectProviders: operation({
    input: {}, readOnly: true,
    target: (_input, scope) => toAll('oidc-provider', scope),
    run: async ({ accountId, rooms }) => ({ OpenIDConnectProviderList: (await rooms.providers.list(accountId, 'oidc')).map((provider) => ({ Arn: provider.arn })) }),
  }),
  DeleteOpenIDConnectProvider: operation({
    input: { OpenIDConnectProviderArn: arn },
    target: toOidc,
    run: async ({ target, rooms }) => {
      await rooms.providers.remove(target)
      return undefined
    },
  }),
  AddClientIDToOpenIDConnectProvider: operation({
    input: { OpenIDConnectProviderArn: arn, ClientID: clientId },
    target: toOidc,
    run: async ({ input, target, rooms }) => {
      await rooms.providers.update(target, (now) => {
        const clientIds = [...new Set([...asOidc(now).clientIds, input.ClientID])]
        if (clientIds.length > mostClientIds) throw new Refusal('limit-exceeded', `A provider can have at most ${mostClientIds} client ids.`)
        return { ...asOidc(now), clientIds }
      })
      return undefined
    },
  }),
  RemoveClientIDFromOpenIDConnectProvider: operation({
    input: { OpenIDConnectProviderArn: arn, ClientID: clientId },
    target: toOidc,
    run: async ({ input, target, rooms }) => {
      await rooms.providers.update(target, (now) => ({ ...asOidc(now), clientIds: asOidc(now).clientIds.filter((one) => one !== input.ClientID) }))
      return undefined
    },
  }),
  UpdateOpenIDConnectProviderThumbprint: operation({
    input: { OpenIDConnectProviderArn: arn, ThumbprintList: list(thumbprint, mostThumbprints) },
    target: toOidc,
    run: async ({ input, target, rooms }) => {
      await rooms.providers.update(target, (now) => ({ ...asOidc(now), thumbprints: input.ThumbprintList }))
      return undefined
    },
  }),
}
