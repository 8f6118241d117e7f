import { nextStep } from '../../../src/http/signin/flow.js'

test.each([
  ['nothing yet', { proofs: [] }, 'user-name'],
  ['a name', { userName: 'jane', proofs: [] }, 'password'],
  ['a proof without a name', { proofs: ['pwd'] }, 'user-name'],
  ['a one-time password without the proof of it', { userName: 'jane', proofs: [], mustChangePassword: true }, 'password'],
  ['another proof than the password', { userName: 'jane', proofs: ['otp'] }, 'password'],
  ['a one-time password', { userName: 'jane', proofs: ['pwd'], mustChangePassword: true }, 'new-password'],
  ['the password', { userName: 'jane', proofs: ['pwd'] }, 'done'],
  ['a password that was replaced', { userName: 'jane', proofs: ['pwd'], mustChangePassword: false }, 'done'],
])('with %s, the next step is due', (_name, attempt, step) => {
  expect(nextStep(attempt)).toBe(step)
})
