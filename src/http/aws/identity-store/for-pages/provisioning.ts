// The tokens with which a directory outside keeps people and groups here.
import { mostTokenDays, type ProvisioningToken } from '../../../../domain/federation/index.js'
import { Refusal } from '../../../../platform/errors.js'
import type { Scope } from '../../protocol/json-operation.js'
import { flag, otherwise, text, whole } from '../../protocol/members.js'
import type { Target } from '../../protocol/operation.js'
import { directoryOperation, type Operations } from '../operation.js'
import type { IdentityStoreRooms } from '../rooms.js'
import { toStore } from '../targets.js'
import { identityStoreId, words } from '../words.js'

const timeOf = (date: Date | undefined): number | undefined => date && date.getTime() / 1000

const answerOf = ({ id, name, administrators, createdAt, createdBy, expiresAt, lastUsedAt }: ProvisioningToken): Record<string, unknown> => ({
  TokenId: id, TokenName: name, MayManageAdministrators: administrators, CreatedAt: timeOf(createdAt), CreatedBy: createdBy, ExpiresAt: timeOf(expiresAt), LastUsedAt: timeOf(lastUsedAt),
})

async function toToken(input: { IdentityStoreId: string; TokenId: string }, scope: Scope<IdentityStoreRooms>): Promise<Target<ProvisioningToken>> {
  const store = await toStore(input, scope)
  const found = store.found && (await scope.rooms.provisioningTokens.list()).find(({ id }) => id === input.TokenId)
  return { ...store, found, refusal: new Refusal('not-found', 'There is no such token.') }
}

export const provisioningOperations: Operations = {
  CreateProvisioningToken: directoryOperation({
    input: { IdentityStoreId: identityStoreId, TokenName: words, Days: whole(1, mostTokenDays), MayManageAdministrators: otherwise(false, flag) },
    action: 'gatehouse:CreateProvisioningToken',
    // So that a policy can leave tokens to somebody and these not.
    context: ({ MayManageAdministrators }) => ({ 'gatehouse:MayManageAdministrators': String(MayManageAdministrators) }),
    target: (input, scope) => toStore(input, scope),
    run: async ({ input: { TokenName, Days, MayManageAdministrators }, caller, rooms }) => {
      const { principal } = caller.session ?? {}
      const byUser = principal?.kind === 'assumed-role' ? principal.userId : undefined
      if (TokenName.length > 100) throw new Refusal('invalid-input', 'A name has up to 100 characters.', { faults: [{ path: 'TokenName', message: 'This must have 1 to 100 characters.' }] })
      const { token, secret } = await rooms.provisioningTokens.create({ name: TokenName, days: Days, administrators: MayManageAdministrators, by: caller.arn, byUser })
      return { ...answerOf(token), BearerToken: secret }
    },
  }),
  ListProvisioningTokens: directoryOperation({
    input: { IdentityStoreId: identityStoreId }, action: 'gatehouse:ListProvisioningTokens', readOnly: true,
    target: (input, scope) => toStore(input, scope),
    run: async ({ rooms }) => ({ Tokens: (await rooms.provisioningTokens.list()).map(answerOf) }),
  }),
  DeleteProvisioningToken: directoryOperation({
    input: { IdentityStoreId: identityStoreId, TokenId: text(1, 40, /^[\w-]+$/) }, action: 'gatehouse:DeleteProvisioningToken',
    target: toToken,
    run: async ({ target, rooms, was }) => {
      was({ tokenName: target.name, mayManageAdministrators: target.administrators, expiresAt: timeOf(target.expiresAt), createdBy: target.createdBy }, undefined)
      await rooms.provisioningTokens.remove(target.id)
      return {}
    },
  }),
}
