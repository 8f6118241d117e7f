// Attributes for access control: which attributes of people become tags of their sessions.
import type { AccessAttribute } from '../../../domain/settings/index.js'
import { Refusal } from '../../../platform/errors.js'
import { list, made, structure, text } from '../protocol/members.js'
import { operation, type Operations } from './operation.js'
import { toInstance } from './targets.js'
import { instanceArnMember } from './words.js'

const InstanceArn = instanceArnMember

const source = text(1, 256, /^[\p{L}\p{Z}\p{N}_.:/=+\-@[\]{}$\\"]*$/u)
const attributes = made(list(structure({ Key: text(1, 128, /^[\p{L}\p{Z}\p{N}_.:/=+\-@]+$/u), Value: structure({ Source: list(source, { min: 1, max: 1 }) }) }), { max: 50 }), (given, tell) => {
  if (new Set(given.map(({ Key }) => Key.toLowerCase())).size < given.length) return tell('has a key twice')
  return given.map(({ Key, Value }): AccessAttribute => ({ key: Key, source: Value.Source[0]! }))
})
const configuration = made(structure({ AccessControlAttributes: attributes }), ({ AccessControlAttributes }) => AccessControlAttributes)

const answer = (kept: readonly AccessAttribute[]) => ({ AccessControlAttributes: kept.map(({ key, source: from }) => ({ Key: key, Value: { Source: [from] } })) })

const none = (): Refusal => new Refusal('not-found', 'Access control attributes are not in use.')

export const accessControlOperations: Operations = {
  CreateInstanceAccessControlAttributeConfiguration: operation({
    input: { InstanceArn, InstanceAccessControlAttributeConfiguration: configuration }, target: toInstance,
    run: async ({ input, rooms }) => void await rooms.changeInstance((settings) => {
      if (settings.accessAttributes) throw new Refusal('conflict', 'Access control attributes are in use already.')
      return { ...settings, accessAttributes: input.InstanceAccessControlAttributeConfiguration }
    }),
  }),
  DescribeInstanceAccessControlAttributeConfiguration: operation({
    input: { InstanceArn }, readOnly: true, target: toInstance,
    run: async ({ rooms }) => {
      const { accessAttributes } = (await rooms.currentOrganization()).instance
      if (!accessAttributes) throw none()
      return { Status: 'ENABLED', InstanceAccessControlAttributeConfiguration: answer(accessAttributes) }
    },
  }),
  UpdateInstanceAccessControlAttributeConfiguration: operation({
    input: { InstanceArn, InstanceAccessControlAttributeConfiguration: configuration }, target: toInstance,
    run: async ({ input, rooms, was }) => {
      const { before, after } = await rooms.changeInstance((settings) => {
        if (!settings.accessAttributes) throw none()
        return { ...settings, accessAttributes: input.InstanceAccessControlAttributeConfiguration }
      })
      was(answer(before.accessAttributes!), answer(after.accessAttributes!))
      return undefined
    },
  }),
  DeleteInstanceAccessControlAttributeConfiguration: operation({
    input: { InstanceArn }, target: toInstance,
    run: async ({ rooms, was }) => {
      const { before } = await rooms.changeInstance(({ accessAttributes, ...rest }) => {
        if (!accessAttributes) throw none()
        return rest
      })
      was(answer(before.accessAttributes!), undefined)
      return undefined
    },
  }),
}
