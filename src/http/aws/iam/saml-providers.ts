// SAML identity providers that roles may trust.
import { providerArn, type IdentityProvider, type SamlProvider } from '../../../domain/accounts/index.js'
import { readSamlMetadata } from '../../../domain/federation/index.js'
import { Refusal } from '../../../platform/errors.js'
import { tagsOf, timeOf } from './answers.js'
import { text } from '../protocol/fields.js'
import { operation, type Operations, type Scope, type Target } from './operation.js'
import { requestTags, toAll, toProvider } from './targets.js'
import { arn, tags } from './words.js'

const metadata = text(1, 200_000)

const toSaml = ({ SAMLProviderArn }: { SAMLProviderArn: string }, scope: Scope): Promise<Target<IdentityProvider>> => toProvider(SAMLProviderArn, 'saml', scope)

const asSaml = (provider: IdentityProvider): SamlProvider => {
  if (provider.kind !== 'saml') throw new Refusal('not-found', 'That is no SAML provider.')
  return provider
}

export const samlProviderOperations: Operations = {
  CreateSAMLProvider: operation({
    input: { SAMLMetadataDocument: metadata, Name: text(1, 128, /^[\w._-]+$/, 'must be letters, digits and . _ -'), Tags: tags },
    target: ({ Name }, { accountId }) => ({ arn: providerArn({ accountId, kind: 'saml', name: Name }), found: undefined }),
    context: ({ Tags }) => requestTags(Tags),
    run: async ({ input, accountId, rooms }) => {
      const { validUntil } = readSamlMetadata(input.SAMLMetadataDocument)
      await rooms.providers.create([{ kind: 'saml', accountId, name: input.Name, metadata: input.SAMLMetadataDocument, validUntil, tags: input.Tags }])
      return { SAMLProviderArn: providerArn({ accountId, kind: 'saml', name: input.Name }), Tags: tagsOf(input.Tags) }
    },
  }),
  GetSAMLProvider: operation({
    input: { SAMLProviderArn: arn }, readOnly: true,
    target: toSaml,
    run: ({ target }) => {
      const { metadata: document, createdAt, validUntil, tags: kept } = asSaml(target)
      return { SAMLMetadataDocument: document, CreateDate: timeOf(createdAt), ValidUntil: validUntil && timeOf(validUntil), Tags: tagsOf(kept) }
    },
  }),
  ListSAMLProviders: operation({
    input: {}, readOnly: true,
    target: (_input, scope) => toAll('saml-provider', scope),
    run: async ({ accountId, rooms }) => ({
      SAMLProviderList: (await rooms.providers.list(accountId, 'saml')).map((provider) => {
        const { validUntil, createdAt } = asSaml(provider)
        return { Arn: provider.arn, ValidUntil: validUntil && timeOf(validUntil), CreateDate: timeOf(createdAt) }
      }),
    }),
  }),
  UpdateSAMLProvider: operation({
    input: { SAMLMetadataDocument: metadata, SAMLProviderArn: arn },
    target: toSaml,
    run: async ({ input, target, rooms }) => {
      const { validUntil } = readSamlMetadata(input.SAMLMetadataDocument)
      await rooms.providers.update(target, (now) => ({ ...asSaml(now), metadata: input.SAMLMetadataDocument, validUntil }))
      return { SAMLProviderArn: target.arn }
    },
  }),
  DeleteSAMLProvider: operation({
    input: { SAMLProviderArn: arn },
    target: toSaml,
    run: async ({ target, rooms }) => {
      await rooms.providers.remove(target)
      return undefined
    },
  }),
}
