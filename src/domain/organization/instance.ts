// The instance's own settings: its name and tags, and which attributes of people become tags of their sessions.
import { z } from 'zod'
import { mostInstanceTags } from '../access/index.js'
import type { InstanceSettings } from '../settings/index.js'
import { tags } from './fields.js'

export interface InstanceState {
  instanceName?: string
  instanceTags?: Readonly<Record<string, string>>
  /** Sources by the keys of tags; absent where it is not in use. */
  accessControlAttributes?: Readonly<Record<string, string>>
}

const key = z.string().min(1, 'must not be empty').max(128, 'must be at most 128 characters').regex(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]+$/u, 'may only have letters, digits, spaces and _ . : / = + - @')
const source = z.string().min(1, 'must not be empty').max(256, 'must be at most 256 characters').regex(/^[\p{L}\p{Z}\p{N}_.:/=+\-@[\]{}$\\"]*$/u, 'must be such as ${path:enterprise.costCenter}')

/** The schema of these members. */
export const instanceMembers = {
  instance: z.strictObject({ name: z.string().max(255, 'must be at most 255 characters').regex(/^[\w+=,.@-]+$/, 'may only have letters, digits and + = , . @ - _').nullable().optional(), tags: tags(mostInstanceTags).optional() }).optional(),
  accessControlAttributes: z.record(key, source)
    .refine((given) => Object.keys(given).length <= 50, 'must have at most 50 attributes')
    .refine((given) => new Set(Object.keys(given).map((one) => one.toLowerCase())).size === Object.keys(given).length, 'has a key twice').nullable().optional(),
}

type Declared = z.output<z.ZodObject<typeof instanceMembers>>

const some = <T extends object>(value: T | undefined): T | undefined => (value && Object.keys(value).length > 0 ? value : undefined)
const plain = (state: { [Key in keyof InstanceState]: InstanceState[Key] | undefined }): InstanceState => Object.fromEntries(Object.entries(state).filter(([, value]) => value !== undefined))

export function mergeInstance({ instance, accessControlAttributes }: Declared, present: InstanceState): InstanceState {
  return plain({
    instanceName: instance?.name === undefined ? present.instanceName : instance.name ?? undefined, instanceTags: some(instance?.tags ?? present.instanceTags),
    accessControlAttributes: accessControlAttributes === undefined ? present.accessControlAttributes : accessControlAttributes ?? undefined,
  })
}

/** Reads them as the database has them. */
export const instanceState = ({ name, tags: given, accessAttributes }: InstanceSettings): InstanceState =>
  plain({ instanceName: name, instanceTags: some(given), accessControlAttributes: accessAttributes && Object.fromEntries(accessAttributes.map(({ key: called, source: from }) => [called, from])) })

/** Spells them for the database. */
export const storedInstance = ({ instanceName, instanceTags, accessControlAttributes: given }: InstanceState): InstanceSettings => ({
  ...(instanceName !== undefined && { name: instanceName }), ...(instanceTags && { tags: instanceTags }),
  ...(given && { accessAttributes: Object.entries(given).map(([called, from]) => ({ key: called, source: from })) }),
})

/** Spells them for the file. */
export const exportedInstance = ({ instanceName, instanceTags, accessControlAttributes }: InstanceState): Record<string, unknown> => ({
  ...((instanceName !== undefined || instanceTags) && { instance: { ...(instanceName !== undefined && { name: instanceName }), ...(instanceTags && { tags: instanceTags }) } }), ...(accessControlAttributes && { accessControlAttributes }),
})
