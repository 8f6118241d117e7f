// Trusted token issuers.
import { trustedTokenIssuerArn, type TrustedTokenIssuer } from '../../../domain/access/index.js'
import { made, oneOf, optional, structure, text, union } from '../protocol/members.js'
import { requestTags } from '../protocol/operation.js'
import type { JsonObject } from '../protocol/request.js'
import { operation, type Operations } from './operation.js'
import { toInstance, toIssuer } from './targets.js'
import { clientToken, instanceArnMember, issuerArnMember, someTags } from './words.js'

const InstanceArn = instanceArnMember
const TrustedTokenIssuerArn = issuerArnMember
const name = text(1, 255, /^[\w+=,.@-]+$/, 'must be letters, digits and + = , . @ - _')
const path = text(1, 255, /^\p{L}+(?:(\.|_)\p{L}+){0,2}$/u, 'must be words with dots or underscores between them')
const retrieval = oneOf('OPEN_ID_DISCOVERY')

const issuerUrl = made(text(1, 512), (value, tell) => {
  const url = /^https:\/\/[\x21-\x7e]+$/.test(value) && URL.canParse(value) ? new URL(value) : undefined
  if (!url || url.search !== '' || url.hash !== '' || url.username !== '') return tell('must be an https address without a query, a fragment or a password')
  return value
})

const answer = (issuer: TrustedTokenIssuer): JsonObject => ({
  Name: issuer.name, TrustedTokenIssuerType: 'OIDC_JWT',
  TrustedTokenIssuerConfiguration: { OidcJwtConfiguration: { IssuerUrl: issuer.issuerUrl, ClaimAttributePath: issuer.claimPath, IdentityStoreAttributePath: issuer.storePath, JwksRetrievalOption: 'OPEN_ID_DISCOVERY' } },
})

export const trustedTokenIssuerOperations: Operations = {
  CreateTrustedTokenIssuer: operation({
    input: {
      InstanceArn, Name: name, TrustedTokenIssuerType: oneOf('OIDC_JWT'), ClientToken: clientToken, Tags: someTags,
      TrustedTokenIssuerConfiguration: union({ OidcJwtConfiguration: structure({ IssuerUrl: issuerUrl, ClaimAttributePath: path, IdentityStoreAttributePath: path, JwksRetrievalOption: retrieval }) }),
    },
    target: toInstance,
    context: ({ Tags }) => requestTags(Tags),
    run: async ({ input: { TrustedTokenIssuerConfiguration: { OidcJwtConfiguration: of }, ...input }, target, accountId, rooms }) => {
      const issuer = await rooms.issuers.create({
        name: input.Name, issuerUrl: of.IssuerUrl, claimPath: of.ClaimAttributePath, storePath: of.IdentityStoreAttributePath, tags: input.Tags, token: input.ClientToken,
      })
      return { TrustedTokenIssuerArn: trustedTokenIssuerArn({ directoryId: target.id, accountId }, issuer.id) }
    },
  }),
  DescribeTrustedTokenIssuer: operation({
    input: { TrustedTokenIssuerArn }, readOnly: true, target: toIssuer,
    run: ({ input, target }) => ({ TrustedTokenIssuerArn: input.TrustedTokenIssuerArn, ...answer(target) }),
  }),
  UpdateTrustedTokenIssuer: operation({
    input: {
      TrustedTokenIssuerArn, Name: optional(name),
      TrustedTokenIssuerConfiguration: optional(union({ OidcJwtConfiguration: structure({ ClaimAttributePath: optional(path), IdentityStoreAttributePath: optional(path), JwksRetrievalOption: optional(retrieval) }) })),
    },
    target: toIssuer,
    run: async ({ input, target, rooms, was }) => {
      const of = input.TrustedTokenIssuerConfiguration?.OidcJwtConfiguration
      const { before, after } = await rooms.issuers.change(target.id, (issuer) => ({ name: input.Name ?? issuer.name, claimPath: of?.ClaimAttributePath ?? issuer.claimPath, storePath: of?.IdentityStoreAttributePath ?? issuer.storePath }))
      was(answer(before), answer(after))
      return undefined
    },
  }),
  DeleteTrustedTokenIssuer: operation({
    input: { TrustedTokenIssuerArn }, target: toIssuer,
    run: async ({ input, target, rooms, was }) => {
      was({ ...answer(target), Tags: target.tags }, undefined)
      await rooms.issuers.remove(target.id, input.TrustedTokenIssuerArn)
      return undefined
    },
  }),
  ListTrustedTokenIssuers: operation({
    input: { InstanceArn }, readOnly: true, pages: 100, target: toInstance,
    run: async ({ target, accountId, rooms, page, listed }) => listed('TrustedTokenIssuers', await rooms.issuers.list(page), (issuer) =>
      ({ TrustedTokenIssuerArn: trustedTokenIssuerArn({ directoryId: target.id, accountId }, issuer.id), Name: issuer.name, TrustedTokenIssuerType: 'OIDC_JWT' })),
  }),
}
