// AssumeRoleWithSAML: credentials of a role that trusts a SAML provider, for an assertion of it.
import { longestRoleSession, samlEventOf, sessionPoliciesOf } from '../../../domain/credentials/index.js'
import { SamlRefusal, type SamlReason } from '../../../domain/federation/index.js'
import { text } from '../protocol/fields.js'
import { circumstancesOf } from '../protocol/permissions.js'
import type { UnsignedQueryOperation } from '../protocol/root.js'
import { answerOf, eventOf } from './assume-role.js'
import { Refused, unsignedOperation } from './operation.js'
import type { StsRooms } from './rooms.js'
import { duration, policyArns, roleArn, shortPolicy } from './words.js'

const input = {
  RoleArn: roleArn, PrincipalArn: roleArn, SAMLAssertion: text(4, 100_000), Policy: shortPolicy, PolicyArns: policyArns, DurationSeconds: duration(longestRoleSession),
}

export const assumeRoleWithSaml = (rooms: StsRooms): UnsignedQueryOperation => unsignedOperation('AssumeRoleWithSAML', rooms, {
  input,
  run: async ({ input: asked, ctx }) => {
    const policies = sessionPoliciesOf({ document: asked.Policy, arns: asked.PolicyArns })
    const { claims, assumed, offer } = await translated(asked.PrincipalArn, async () => {
      const { claims: proved, offers } = await rooms.samlRoles.proveOf(asked.PrincipalArn, asked.SAMLAssertion)
      const named = offers.find((one) => one.roleArn === asked.RoleArn)
      if (!named) throw new SamlRefusal('attributes', 'the role is not named beside the provider')
      return { claims: proved, offer: named, assumed: await rooms.samlRoles.assume({ claims: proved, offer: named, policies, durationSeconds: asked.DurationSeconds, circumstances: circumstancesOf(ctx) }) }
    })
    const { subjectType, nameQualifier } = assumed
    const [said, about] = [eventOf(assumed), samlEventOf(assumed, claims, offer)]
    return {
      answer: { ...answerOf(assumed), Subject: claims.subject, SubjectType: subjectType, Issuer: claims.issuer, Audience: claims.audience, NameQualifier: nameQualifier },
      event: { ...about, responseElements: { ...said.responseElements, ...about.responseElements } },
    }
  },
})

const rejected: readonly SamlReason[] = ['status', 'subject', 'authentication', 'attributes']

/** Says a refusal in the words of this service; what exactly is wrong helps whoever configures the provider, and is nothing that a sender does not know. */
async function translated<Value>(provider: string, run: () => Promise<Value>): Promise<Value> {
  try {
    return await run()
  } catch (error) {
    if (!(error instanceof SamlRefusal)) throw error
    const accountId = /^arn:aws:iam::(\d{12}):/.exec(provider)?.[1]
    const event = accountId === undefined ? {} : { accountId }
    if (error.reason === 'expired') throw new Refused('ExpiredTokenException', 400, error.message, event)
    const sentence = `${error.message} (${error.detail})`
    throw rejected.includes(error.reason) ? new Refused('IDPRejectedClaim', 403, sentence, event) : new Refused('InvalidIdentityToken', 400, sentence, event)
  }
}
