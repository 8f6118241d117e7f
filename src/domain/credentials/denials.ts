// What a request was denied for, sealed into a text that only those who may know it can have opened again.
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { AuthorizationRequest, Decision } from '../policy/index.js'
import { Sealer, type MasterKey } from '../../platform/keys/index.js'

export interface Denial {
  request: AuthorizationRequest
  decision: Decision
}

const place = 'authorization-message'
const longest = 65_536

export class Denials {
  readonly #sealer: Sealer

  constructor(master: MasterKey) {
    this.#sealer = new Sealer(master, 'authorization messages')
  }

  /** Seals why a request was denied. */
  seal({ request, decision }: Denial): string {
    return this.#sealer.seal(deflateRawSync(JSON.stringify(documentOf(request, decision))), place).toString('base64url')
  }

  /** Opens what `seal` made, as JSON; undefined for any other text. */
  open(message: string): { accountId: string; document: string } | undefined {
    const sealed = Buffer.from(message, 'base64url')
    const packed = sealed.toString('base64url') === message ? this.#sealer.open(sealed, place) : undefined
    if (!packed) return undefined
    const { accountId, ...document } = JSON.parse(inflateRawSync(packed, { maxOutputLength: longest }).toString()) as { accountId: string }
    return { accountId, document: JSON.stringify(document) }
  }
}

/** The members that AWS's decoded messages have. */
function documentOf({ action, resource, principal, context }: AuthorizationRequest, { reason, by, lacks }: Decision) {
  return {
    accountId: principal.accountId,
    allowed: false,
    explicitDeny: reason === 'explicit-deny',
    matchedStatements: { items: by ? [{ statementId: by.sid ?? '', effect: reason === 'explicit-deny' ? 'DENY' : 'ALLOW', policy: by.policy, statement: by.statement }] : [] },
    failures: { items: lacks ? [{ lacks }] : [] },
    context: {
      principal: { arn: principal.arn },
      action, resource,
      conditions: { items: Object.entries(context).map(([key, value]) => ({ key, values: { items: [value].flat().map((one) => ({ value: one })) } })) },
    },
  }
}
