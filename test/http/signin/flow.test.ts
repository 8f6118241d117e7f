import fc from 'fast-check'
import { acr1fa, acr2fa, acrOf, amrOf, hasProved, provesTwice, provesWho, type Way } from '../../../src/domain/sessions/index.js'
import { methodsOf, nextStep, type AttemptState, type Situation } from '../../../src/http/signin/flow.js'

const proofsOf = (ways: Way[]) => ways.map((way) => ({ way, provedAt: 1 }))
const attempt = (ways: Way[], more: Partial<AttemptState> = {}): AttemptState => ({ userName: 'jane', proofs: proofsOf(ways), ...more })
const plain: Situation = {
  mode: 'never', whenNoDevice: 'allow', types: ['totp', 'passkey'], devices: { totp: 0, passkey: 0, recoveryCodes: 0 },
  trusted: false, unknownBrowser: true, stepUp: false, mailPossible: true, onlyExternal: false,
}
const app = { totp: 1, passkey: 0, recoveryCodes: 0 }
const key = { totp: 0, passkey: 1, recoveryCodes: 0 }

test.each<[string, AttemptState, string]>([
  ['nothing yet', { proofs: [] }, 'user-name'],
  ['a name', attempt([]), 'password'],
  ['a proof without a name', { proofs: proofsOf(['pwd']) }, 'user-name'],
  ['a one-time password without the proof of it', attempt([], { mustChangePassword: true }), 'password'],
  ['an authenticator app alone', attempt(['otp']), 'password'],
  ['a recovery code alone', attempt(['rec']), 'password'],
  ['a mailed code alone', attempt(['mca']), 'password'],
  ['a key that verified nobody', attempt(['hwk']), 'password'],
  ['verification without a key', attempt(['user']), 'password'],
  ['a passkey that verified its owner', attempt(['swk', 'user']), 'done'],
  ['a one-time password', attempt(['pwd'], { mustChangePassword: true }), 'new-password'],
  ['recovery codes to keep', attempt(['pwd', 'otp'], { owesRecoveryCodes: true }), 'recovery-codes'],
  ['recovery codes to keep and a one-time password', attempt(['pwd', 'otp'], { owesRecoveryCodes: true, mustChangePassword: true }), 'recovery-codes'],
  ['the password', attempt(['pwd']), 'done'],
  ['a password that was replaced', attempt(['pwd'], { mustChangePassword: false }), 'done'],
])('where no second factor is asked for, with %s the next step is due', (_name, state, step) => {
  expect(nextStep(state, plain)).toBe(step)
})

test.each<[string, Partial<Situation>, string]>([
  // Mode never: nobody is asked, unless the request asks.
  ['never, a device', { devices: app }, 'done'],
  ['never, no device, block', { whenNoDevice: 'block' }, 'done'],
  ['never, a device, step up', { devices: app, stepUp: true }, 'second-factor'],
  ['never, a device, trusted, step up', { devices: app, stepUp: true, trusted: true }, 'second-factor'],
  ['never, no device, allow, step up', { stepUp: true }, 'enroll'],
  ['never, no device, allow, step up, no type allowed', { stepUp: true, types: [] }, 'blocked'],
  ['never, no device, email, step up', { stepUp: true, whenNoDevice: 'email', unknownBrowser: false }, 'mailed-code'],
  ['never, no device, block, step up', { stepUp: true, whenNoDevice: 'block' }, 'blocked'],
  // Mode always: trust counts for nothing.
  ['always, app', { mode: 'always', devices: app }, 'second-factor'],
  ['always, passkey', { mode: 'always', devices: key }, 'second-factor'],
  ['always, app, trusted', { mode: 'always', devices: app, trusted: true, unknownBrowser: false }, 'second-factor'],
  ['always, app, block', { mode: 'always', devices: app, whenNoDevice: 'block' }, 'second-factor'],
  ['always, an app where passkeys are asked for', { mode: 'always', devices: app, types: ['passkey'], whenNoDevice: 'enroll' }, 'enroll'],
  ['always, recovery codes are no device', { mode: 'always', devices: { totp: 0, passkey: 0, recoveryCodes: 10 }, whenNoDevice: 'block' }, 'blocked'],
  ['always, no device, enroll', { mode: 'always', whenNoDevice: 'enroll' }, 'enroll'],
  ['always, no device, enroll, no type allowed', { mode: 'always', whenNoDevice: 'enroll', types: [] }, 'blocked'],
  ['always, no device, email, known browser', { mode: 'always', whenNoDevice: 'email', unknownBrowser: false }, 'mailed-code'],
  ['always, no device, email, no mail', { mode: 'always', whenNoDevice: 'email', mailPossible: false }, 'blocked'],
  ['always, no device, block', { mode: 'always', whenNoDevice: 'block' }, 'blocked'],
  ['always, no device, allow', { mode: 'always' }, 'done'],
  // Mode context: a trusted browser is not asked, and a known one gets no mail.
  ['context, app', { mode: 'context', devices: app, unknownBrowser: false }, 'second-factor'],
  ['context, app, trusted', { mode: 'context', devices: app, trusted: true }, 'done'],
  ['context, app, trusted, step up', { mode: 'context', devices: app, trusted: true, stepUp: true }, 'second-factor'],
  ['context, no device, enroll, trusted', { mode: 'context', whenNoDevice: 'enroll', trusted: true }, 'enroll'],
  ['context, no device, email, unknown browser', { mode: 'context', whenNoDevice: 'email' }, 'mailed-code'],
  ['context, no device, email, known browser', { mode: 'context', whenNoDevice: 'email', unknownBrowser: false }, 'done'],
  ['context, no device, email, known browser, step up', { mode: 'context', whenNoDevice: 'email', unknownBrowser: false, stepUp: true }, 'mailed-code'],
  ['context, no device, email, no mail', { mode: 'context', whenNoDevice: 'email', mailPossible: false }, 'blocked'],
  ['context, no device, block', { mode: 'context', whenNoDevice: 'block' }, 'blocked'],
  ['context, no device, allow', { mode: 'context' }, 'done'],
])('after the password: %s', (_name, situation, step) => {
  expect(nextStep(attempt(['pwd']), { ...plain, ...situation })).toBe(step)
  // Before it, nothing of this shows; after a second proof, nothing of it is left.
  expect(nextStep(attempt([]), { ...plain, ...situation })).toBe('password')
  expect(nextStep(attempt(['pwd', 'otp']), { ...plain, ...situation })).toBe('done')
})

test('the best way comes first, and a recovery code only stands in for a device', () => {
  const all = { totp: 2, passkey: 1, recoveryCodes: 3 }
  expect(methodsOf({ types: ['totp', 'passkey'], devices: all })).toEqual(['passkey', 'authenticator-code', 'recovery-code'])
  expect(methodsOf({ types: ['totp'], devices: all })).toEqual(['authenticator-code', 'recovery-code'])
  expect(methodsOf({ types: [], devices: all })).toEqual([])
})

const anyWay = fc.constantFrom<Way>('pwd', 'otp', 'swk', 'hwk', 'user', 'mca', 'rec', 'ext', 'exm')
const anySituation: fc.Arbitrary<Situation> = fc.record({
  mode: fc.constantFrom('always', 'context', 'never'),
  whenNoDevice: fc.constantFrom('enroll', 'email', 'block', 'allow'),
  types: fc.subarray(['totp', 'passkey']),
  devices: fc.record({ totp: fc.nat(2), passkey: fc.nat(8), recoveryCodes: fc.nat(10) }),
  trusted: fc.boolean(), unknownBrowser: fc.boolean(), stepUp: fc.boolean(), mailPossible: fc.boolean(), onlyExternal: fc.boolean(),
})
const anyAttempt = fc.record({ ways: fc.uniqueArray(anyWay), named: fc.boolean(), mustChangePassword: fc.boolean(), owesRecoveryCodes: fc.boolean(), secondStep: fc.option(fc.constantFrom('ours' as const, 'unless-theirs' as const, 'theirs' as const)) })
  .map(({ ways, named, secondStep, ...more }) => ({ ...(named && { userName: 'jane' }), proofs: proofsOf(ways), ...(secondStep && { external: { sourceId: 's', name: 'Corporate', secondStep } }), ...more }))

test('nobody gets in without a name, a proof of who they are, and what the rule demands', () => {
  fc.assert(fc.property(anyAttempt, anySituation, (state, situation) => {
    if (nextStep(state, situation) !== 'done') return
    expect([state.userName, provesWho(state.proofs), state.mustChangePassword, state.owesRecoveryCodes]).toEqual(['jane', true, false, false])
    const mustTwice = situation.stepUp || (situation.mode !== 'never' && methodsOf(situation).length > 0 && !(situation.mode === 'context' && situation.trusted))
    if (state.external ?? situation.onlyExternal) expect(hasProved(state.proofs, 'ext')).toBe(true)
    // A source whose second step is all that counts may vouch for it without saying so.
    if (state.external?.secondStep === 'theirs' && !situation.stepUp) return
    if (mustTwice) expect(provesTwice(state.proofs)).toBe(true)
    if (situation.mode !== 'never' && methodsOf(situation).length === 0 && ['enroll', 'block'].includes(situation.whenNoDevice)) expect(provesTwice(state.proofs)).toBe(true)
  }), { numRuns: 2000 })
})

test('the order of proofs does not matter, and one more never takes anything away', () => {
  fc.assert(fc.property(anyAttempt, anySituation, anyWay, (state, situation, way) => {
    expect(nextStep({ ...state, proofs: state.proofs.toReversed() }, situation)).toBe(nextStep(state, situation))
    if (nextStep(state, situation) === 'done') expect(nextStep({ ...state, proofs: [...state.proofs, { way, provedAt: 2 }] }, situation)).toBe('done')
  }))
})

test('the level says 2fa only for two kinds of factor, and amr says so too', () => {
  expect(acrOf(proofsOf(['pwd']))).toBe(acr1fa)
  expect(acrOf(proofsOf(['pwd', 'user']))).toBe(acr1fa)
  expect(acrOf(proofsOf(['otp', 'rec']))).toBe(acr1fa)
  expect(acrOf(proofsOf(['hwk', 'user']))).toBe(acr2fa)
  expect(amrOf(proofsOf(['pwd', 'otp']))).toEqual(['pwd', 'otp', 'mfa'])
  expect(amrOf(proofsOf(['pwd', 'rec']))).toEqual(['pwd', 'otp', 'mfa'])
  expect(amrOf(proofsOf(['pwd']))).toEqual(['pwd'])
  fc.assert(fc.property(fc.array(anyWay), (ways) => amrOf(proofsOf(ways)).includes('mfa') === (acrOf(proofsOf(ways)) === acr2fa)))
})

test('an identity source vouches for who somebody is, and for a second factor only as far as it is believed', () => {
  const external = (secondStep: 'ours' | 'unless-theirs' | 'theirs') => ({ external: { sourceId: 's', name: 'Corporate', secondStep } })
  const asked: Situation = { ...plain, mode: 'always', devices: app }
  expect(nextStep({ proofs: [], ...external('ours') }, plain)).toBe('external')
  expect(nextStep(attempt(['ext'], external('ours')), plain)).toBe('done')
  expect(nextStep(attempt(['ext'], external('ours')), asked)).toBe('second-factor')
  expect(nextStep(attempt(['ext', 'otp'], external('ours')), asked)).toBe('done')
  expect(nextStep(attempt(['ext'], external('unless-theirs')), asked)).toBe('second-factor')
  expect(nextStep(attempt(['ext', 'exm'], external('unless-theirs')), asked)).toBe('done')
  expect(nextStep(attempt(['ext'], external('theirs')), asked)).toBe('done')
  expect(nextStep(attempt(['ext'], external('theirs')), { ...asked, stepUp: true })).toBe('second-factor')
  expect(nextStep(attempt(['pwd']), { ...plain, onlyExternal: true })).toBe('elsewhere')
  expect([acrOf(proofsOf(['ext'])), acrOf(proofsOf(['ext', 'exm'])), acrOf(proofsOf(['ext', 'otp']))]).toEqual([acr1fa, acr2fa, acr2fa])
  expect(amrOf(proofsOf(['ext', 'exm']), ['pwd', 'mfa'])).toEqual(['ext', 'pwd', 'mfa'])
  expect(amrOf(proofsOf(['ext']), ['pwd', 'mfa'])).toEqual(['ext', 'pwd'])
})
