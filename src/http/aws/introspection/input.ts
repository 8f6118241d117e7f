// What a service may ask: about a request by its parts, or about a text that was signed.
import { z } from 'zod'
import { AwsError } from '../protocol/errors.js'
import type { JsonObject } from '../protocol/request.js'

const hash = z.string().regex(/^[0-9a-f]{64}$/)
const headers = z.record(z.string().min(1).max(256), z.union([z.string().max(16_384), z.array(z.string().max(16_384)).min(1).max(20)]))

const shape = z.strictObject({
  request: z.strictObject({ method: z.string().regex(/^[A-Z]{1,20}$/), url: z.string().regex(/^\/[!-~]*$/).max(16_384), headers, bodyHash: hash }).optional(),
  signed: z.strictObject({ accessKeyId: z.string().regex(/^\w{16,128}$/), sessionToken: z.string().min(1).max(65_536).optional(), stringToSign: z.string().max(1024), signature: hash }).optional(),
  /** The service that the signature has to be for. */
  service: z.string().regex(/^[\w-]{1,64}$/),
  decide: z.array(z.strictObject({
    action: z.string().regex(/^[\w-]{1,64}:\w{1,128}$/), resource: z.string().min(1).max(2048), context: z.record(z.string().max(512), z.union([z.string().max(4096), z.array(z.string().max(4096)).max(100)])).optional(),
  })).max(20).optional(),
}).refine(({ request, signed }) => (request === undefined) !== (signed === undefined), { error: 'there must be a request or a text that was signed, and not both' })

export type Question = z.infer<typeof shape>

/** Reads a question; names what is wrong with it. */
export function readQuestion(body: JsonObject): Question {
  const { success, data, error } = shape.safeParse(body)
  if (success) return data
  throw new AwsError('ValidationException', 400, error.issues.map(({ path, message }) => [path.join('.'), message].filter(Boolean).join(': ')).join('; '))
}
