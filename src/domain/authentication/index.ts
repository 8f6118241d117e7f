// Authentication: proving who somebody is, for any principal whatever its kind (`user:<id>` now).
// It owns passwords, their policy, second factors and throttling; it does not know what the proof is good for.
export { HashQueue } from './hash-queue.js'
export { hashForm, PasswordHashes } from './password-hashes.js'
export { markOf, Passwords, userPrincipal, type StoredPassword } from './passwords.js'
export { checkPassword, defaultPasswordPolicy, passwordRules, type PasswordPolicy, type PasswordRule } from './password-policy.js'
export { describeWait, Throttle, type Attempted } from './throttle.js'
export { TrustedBrowsers, type ShownBrowser, type TrustedBrowser } from './trusted-browsers.js'
export { AuthenticatorApps, mostAuthenticatorApps, type AuthenticatorApp, type CodeOutcome, type OfferedApp } from './authenticator-apps.js'
export { FactorTries, type FactorTry } from './factor-tries.js'
export { MailedCodes, type MailedCodeOutcome } from './mailed-codes.js'
export { RecoveryCodes } from './recovery-codes.js'
