import { AwsError, json11Language, oidcLanguage, portalLanguage, queryLanguage, translate, type Language } from '../../../../src/http/aws/protocol/errors.js'
import { Refusal, type RefusalCode } from '../../../../src/platform/errors.js'

const xmlns = 'https://sts.amazonaws.com/doc/2011-06-15/'
const languages: Record<string, Language> = { portal: portalLanguage, oidc: oidcLanguage, query: queryLanguage(xmlns), json11: json11Language }

const answer = (language: Language, thrown: unknown) => language.write(translate(thrown, language), 'request-1')

test('answers the portal API in its own words', () => {
  const { status, headers, body } = answer(portalLanguage, new Refusal('not-signed-in', 'Session token not found or invalid'))
  expect(status).toBe(401)
  expect(headers).toEqual({ 'content-type': 'application/json', 'x-amzn-ErrorType': 'UnauthorizedException' })
  expect(JSON.parse(body)).toEqual({ message: 'Session token not found or invalid', __type: 'com.amazonaws.switchboard.portal#UnauthorizedException' })
})

test.each([
  ['AccessDeniedException', 400, 'access_denied'],
  ['AuthorizationPendingException', 400, 'authorization_pending'],
  ['ExpiredTokenException', 400, 'expired_token'],
  ['InternalServerException', 500, 'server_error'],
  ['InvalidClientException', 401, 'invalid_client'],
  ['InvalidClientMetadataException', 400, 'invalid_client_metadata'],
  ['InvalidGrantException', 400, 'invalid_grant'],
  ['InvalidRedirectUriException', 400, 'invalid_redirect_uri'],
  ['InvalidRequestException', 400, 'invalid_request'],
  ['InvalidScopeException', 400, 'invalid_scope'],
  ['SlowDownException', 400, 'slow_down'],
  ['UnauthorizedClientException', 400, 'unauthorized_client'],
  ['UnsupportedGrantTypeException', 400, 'unsupported_grant_type'],
])('answers the OIDC API with %s in the header, its name in OAuth, and the sentence twice', (code, status, error) => {
  const written = answer(oidcLanguage, new AwsError(code, status, 'A sentence.'))
  expect([written.status, written.headers['x-amzn-ErrorType']]).toEqual([status, code])
  expect(JSON.parse(written.body)).toEqual({ error, error_description: 'A sentence.', message: 'A sentence.' })
})

test('answers query services in XML, telling whose fault it was', () => {
  expect(answer(languages['query']!, new Refusal('forbidden', 'Not <you>.'))).toEqual({
    status: 403,
    headers: { 'content-type': 'text/xml' },
    body: `<ErrorResponse xmlns="${xmlns}"><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>Not &lt;you&gt;.</Message></Error><RequestId>request-1</RequestId></ErrorResponse>\n`,
  })
  expect(answer(languages['query']!, new Refusal('unavailable', 'Later.')).body).toContain('<Type>Receiver</Type><Code>ServiceUnavailable</Code>')
})

test('answers JSON 1.1 services with the names that they have for common errors', () => {
  const { status, headers, body } = answer(json11Language, new AwsError('InvalidClientTokenId', 403, 'No.'))
  expect([status, headers['content-type'], JSON.parse(body)]).toEqual([400, 'application/x-amz-json-1.1', { __type: 'UnrecognizedClientException', message: 'No.', Message: 'No.' }])
  for (const [code, name] of [['SignatureDoesNotMatch', 'InvalidSignatureException'], ['ExpiredToken', 'ExpiredTokenException'], ['MissingAuthenticationToken', 'MissingAuthenticationTokenException']] as const) {
    expect(translate(new AwsError(code, 403, ''), json11Language).code).toBe(name)
  }
})

const malformed: [string, string, number][] = [
  ['portal', 'InvalidRequestException', 400], ['oidc', 'InvalidRequestException', 400], ['query', 'ValidationError', 400], ['json11', 'SerializationException', 400],
]
test.each(malformed)('calls a malformed body in the language %s %s', (name, code, status) => {
  expect(translate(new AwsError('SerializationException', 400, ''), languages[name]!)).toMatchObject({ code, status })
})

describe.each(Object.keys(languages))('in the language %s', (name) => {
  const language = languages[name]!

  test('every refusal of the house has a name and keeps its sentence', () => {
    for (const code of Object.keys(language.refusals) as RefusalCode[]) {
      const error = translate(new Refusal(code, 'A safe sentence.', { cause: new Error('secret') }), language)
      expect(error).toMatchObject({ message: 'A safe sentence.', fault: error.status < 500 ? 'Sender' : 'Receiver' })
      expect(error.code).toMatch(/^[A-Z][A-Za-z]+$/)
      expect(JSON.stringify(language.write(error, 'request-1'))).not.toContain('secret')
    }
  })

  test('a fault of our own is a 500 that tells nothing', () => {
    const written = answer(language, new TypeError('secret detail'))
    expect(written.status).toBe(500)
    expect(written.body).not.toContain('secret')
    expect(translate('thrown text', language).status).toBe(500)
  })
})
