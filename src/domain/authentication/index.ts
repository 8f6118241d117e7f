// Authentication: proving who somebody is, for any principal whatever its kind (`user:<id>` now).
// It owns passwords, their policy, second factors (authenticator apps, passkeys, codes), trusted browsers and throttling; it does
// not know what the proof is good for.
export { HashQueue } from './hash-queue.js'
export { hashForm, importFault, PasswordHashes, type HashForm } from './password-hashes.js'
export { markOf, Passwords, userPrincipal, type StoredPassword } from './passwords.js'
export { NewPasswords, type Chooser, type JudgedRule, type Judgement, type KnownLeaks } from './new-passwords.js'
export { defaultPasswordPolicy, longestHistory, nistPasswordPolicy, policyOf, policyRules, type PasswordPolicy, type PasswordRule } from './password-policy.js'
export { describeWait, Throttle, type Attempted } from './throttle.js'
export { TrustedBrowsers, type ShownBrowser, type TrustedBrowser } from './trusted-browsers.js'
export { AuthenticatorApps, mostAuthenticatorApps, type AuthenticatorApp, type CodeOutcome, type OfferedApp } from './authenticator-apps.js'
export { FactorTries, type FactorTry } from './factor-tries.js'
export { MailedCodes, type MailedCodeOutcome } from './mailed-codes.js'
export { RecoveryCodes } from './recovery-codes.js'
export { checkRoomForDevice, countDevices, mostDevices } from './devices.js'
export { PasskeyCeremonies, type PasskeyOutcome, type PasskeyOwner } from './passkey-ceremonies.js'
export { PasskeyChallenges } from './passkey-challenges.js'
export { checkDeviceName, Passkeys, type Passkey } from './passkeys.js'
