// Errors of the AWS wire protocols, and the four languages they are answered in. A Refusal of the house
// is translated here, once per language and exhaustively; anything else that is thrown is our own fault.
import { Refusal, type RefusalCode } from '../../../platform/errors.js'
import { writeXml } from './xml.js'

export type Fault = 'Sender' | 'Receiver'

/** Says no on the wire. The code is spelled as the query protocol spells it; the other languages have their own names for some. */
export class AwsError extends Error {
  constructor(
    readonly code: string,
    readonly status: number,
    message: string,
    readonly fault: Fault = status < 500 ? 'Sender' : 'Receiver',
    /** What the body says beside, in languages that have room for it: `Reason`, `ResourceId` … */
    readonly members: Readonly<Record<string, string>> = {},
  ) {
    super(message)
    this.name = 'AwsError'
  }
}

/** A whole answer, for whoever holds the connection to send. */
export interface Answer {
  status: number
  headers: Record<string, string>
  body: string
}

type Spelling = readonly [code: string, status: number]

/** One way of answering: how it names what the house refuses, how it names common errors, how it writes them. */
export interface Language {
  refusals: Record<RefusalCode, Spelling>
  /** Names and statuses in this language of errors that all share. */
  renames: Readonly<Record<string, Spelling>>
  /** What our own faults are called. */
  failure: Spelling
  write(error: AwsError, requestId: string): Answer
}

const failureText = 'The request could not be processed because of an internal failure.'

/** Translates whatever was thrown into an error of a language. */
export function translate(thrown: unknown, language: Language): AwsError {
  if (thrown instanceof AwsError) {
    const [code, status] = language.renames[thrown.code] ?? [thrown.code, thrown.status]
    return new AwsError(code, status, thrown.message, undefined, thrown.members)
  }
  if (thrown instanceof Refusal) {
    const [code, status] = language.refusals[thrown.code]
    return new AwsError(code, status, thrown.message)
  }
  return new AwsError(...language.failure, failureText)
}

const json = (error: AwsError, contentType: string, body: object): Answer => ({
  status: error.status,
  headers: { 'content-type': contentType, 'x-amzn-ErrorType': error.code },
  body: JSON.stringify(body),
})

/** The rest-json language of the access portal's API. */
export const portalLanguage: Language = {
  refusals: {
    'invalid-input': ['InvalidRequestException', 400],
    'too-large': ['InvalidRequestException', 413],
    'not-found': ['ResourceNotFoundException', 404],
    'conflict': ['InvalidRequestException', 400],
    'in-use': ['InvalidRequestException', 400],
    'limit-exceeded': ['InvalidRequestException', 400],
    'policy-malformed': ['InvalidRequestException', 400],
    'forbidden': ['ForbiddenException', 403],
    'forged-request': ['ForbiddenException', 403],
    'wrong-host': ['InvalidRequestException', 421],
    'wrong-step': ['InvalidRequestException', 400],
    'not-signed-in': ['UnauthorizedException', 401],
    'credentials-wrong': ['UnauthorizedException', 401],
    'password-unacceptable': ['InvalidRequestException', 400],
    'expired': ['UnauthorizedException', 401],
    'already-used': ['UnauthorizedException', 401],
    'too-many-attempts': ['TooManyRequestsException', 429],
    'busy': ['TooManyRequestsException', 429],
    'unavailable': ['ServiceUnavailableException', 503],
  },
  renames: {
    SerializationException: ['InvalidRequestException', 400],
    InvalidQueryParameter: ['InvalidRequestException', 400],
    MalformedQueryString: ['InvalidRequestException', 400],
  },
  failure: ['InternalServerException', 500],
  write: (error) => json(error, 'application/json', { message: error.message, __type: `com.amazonaws.switchboard.portal#${error.code}` }),
}

/** OAuth's names of the errors that the OIDC API has. */
const oauthNames: Readonly<Record<string, string>> = {
  AccessDeniedException: 'access_denied',
  AuthorizationPendingException: 'authorization_pending',
  ExpiredTokenException: 'expired_token',
  InternalServerException: 'server_error',
  InvalidClientException: 'invalid_client',
  InvalidClientMetadataException: 'invalid_client_metadata',
  InvalidGrantException: 'invalid_grant',
  InvalidRedirectUriException: 'invalid_redirect_uri',
  InvalidRequestException: 'invalid_request',
  InvalidRequestRegionException: 'invalid_request',
  InvalidScopeException: 'invalid_scope',
  SlowDownException: 'slow_down',
  UnauthorizedClientException: 'unauthorized_client',
  UnsupportedGrantTypeException: 'unsupported_grant_type',
}

/** The rest-json language of the OIDC API: OAuth's two members, and `message` for clients that print nothing else. */
export const oidcLanguage: Language = {
  refusals: {
    'invalid-input': ['InvalidRequestException', 400],
    'too-large': ['InvalidRequestException', 413],
    'not-found': ['InvalidGrantException', 400],
    'conflict': ['InvalidRequestException', 400],
    'in-use': ['InvalidRequestException', 400],
    'limit-exceeded': ['InvalidRequestException', 400],
    'policy-malformed': ['InvalidRequestException', 400],
    'forbidden': ['AccessDeniedException', 400],
    'forged-request': ['AccessDeniedException', 400],
    'wrong-host': ['InvalidRequestException', 400],
    'wrong-step': ['InvalidRequestException', 400],
    'not-signed-in': ['InvalidGrantException', 400],
    'credentials-wrong': ['InvalidGrantException', 400],
    'password-unacceptable': ['InvalidRequestException', 400],
    'expired': ['ExpiredTokenException', 400],
    'already-used': ['InvalidGrantException', 400],
    'too-many-attempts': ['SlowDownException', 400],
    'busy': ['SlowDownException', 400],
    'unavailable': ['InternalServerException', 500],
  },
  renames: {
    SerializationException: ['InvalidRequestException', 400],
    InvalidQueryParameter: ['InvalidRequestException', 400],
    MalformedQueryString: ['InvalidRequestException', 400],
  },
  failure: ['InternalServerException', 500],
  write: (error) => json(error, 'application/json', {
    error: oauthNames[error.code] ?? 'invalid_request',
    error_description: error.message,
    message: error.message,
  }),
}

/** The language of query-protocol services (STS, IAM), in the namespace of one of them. */
export const queryLanguage = (xmlns: string): Language => ({
  refusals: {
    'invalid-input': ['ValidationError', 400],
    'too-large': ['RequestEntityTooLarge', 413],
    'not-found': ['NoSuchEntity', 404],
    'conflict': ['EntityAlreadyExists', 409],
    'in-use': ['DeleteConflict', 409],
    'limit-exceeded': ['LimitExceeded', 409],
    'policy-malformed': ['MalformedPolicyDocument', 400],
    'forbidden': ['AccessDenied', 403],
    'forged-request': ['AccessDenied', 403],
    'wrong-host': ['ValidationError', 421],
    'wrong-step': ['ValidationError', 400],
    'not-signed-in': ['MissingAuthenticationToken', 403],
    'credentials-wrong': ['InvalidClientTokenId', 403],
    'password-unacceptable': ['PasswordPolicyViolation', 400],
    'expired': ['ExpiredToken', 403],
    'already-used': ['ExpiredToken', 403],
    'too-many-attempts': ['Throttling', 400],
    'busy': ['Throttling', 400],
    'unavailable': ['ServiceUnavailable', 503],
  },
  renames: { SerializationException: ['ValidationError', 400] },
  failure: ['InternalFailure', 500],
  write: (error, requestId) => ({
    status: error.status,
    headers: { 'content-type': 'text/xml' },
    body: writeXml('ErrorResponse', xmlns, { Error: { Type: error.fault, Code: error.code, Message: error.message }, RequestId: requestId }),
  }),
})

/** The language of JSON 1.1 services (SSO Admin, Identity Store, Organizations). */
export const json11Language: Language = {
  refusals: {
    'invalid-input': ['ValidationException', 400],
    'too-large': ['RequestEntityTooLargeException', 413],
    'not-found': ['ResourceNotFoundException', 400],
    'conflict': ['ConflictException', 400],
    'in-use': ['ConflictException', 400],
    'limit-exceeded': ['ServiceQuotaExceededException', 400],
    'policy-malformed': ['ValidationException', 400],
    'forbidden': ['AccessDeniedException', 400],
    'forged-request': ['AccessDeniedException', 400],
    'wrong-host': ['ValidationException', 421],
    'wrong-step': ['ValidationException', 400],
    'not-signed-in': ['MissingAuthenticationTokenException', 400],
    'credentials-wrong': ['UnrecognizedClientException', 400],
    'password-unacceptable': ['ValidationException', 400],
    'expired': ['ExpiredTokenException', 400],
    'already-used': ['ExpiredTokenException', 400],
    'too-many-attempts': ['ThrottlingException', 400],
    'busy': ['ThrottlingException', 400],
    'unavailable': ['ServiceUnavailableException', 503],
  },
  renames: {
    AccessDenied: ['AccessDeniedException', 400],
    ExpiredToken: ['ExpiredTokenException', 400],
    IncompleteSignature: ['IncompleteSignatureException', 400],
    InvalidClientTokenId: ['UnrecognizedClientException', 400],
    InvalidQueryParameter: ['ValidationException', 400],
    MalformedQueryString: ['ValidationException', 400],
    MissingAuthenticationToken: ['MissingAuthenticationTokenException', 400],
    SignatureDoesNotMatch: ['InvalidSignatureException', 400],
  },
  failure: ['InternalServerException', 500],
  write: (error) => json(error, 'application/x-amz-json-1.1', { ...error.members, __type: error.code, message: error.message, Message: error.message }),
}

/** The same with a service's own names of some refusals. */
export const json11With = (refusals: Partial<Record<RefusalCode, Spelling>>): Language => ({ ...json11Language, refusals: { ...json11Language.refusals, ...refusals } })
