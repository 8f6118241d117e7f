// The addresses below /start/security, and which of them want a fresh proof.
import type { Router } from '@koa/router'
import type { Middleware } from 'koa'
import { withFreshProof } from './fresh-proof.js'
import type { Page, PortalOptions } from './portal.js'
import { revokeAccess } from './security-access.js'
import { addApp, appPage } from './security-app.js'
import { revokeBrowsers } from './security-browsers.js'
import { clockPage, matchClock } from './security-clock.js'
import { makeRecoveryCodes, recoveryCodesPage } from './security-codes.js'
import { changeDevice, devicePage } from './security-devices.js'
import { addPasskey, passkeyOptions, passkeyPage } from './security-passkey.js'
import { changePassword, passwordPage } from './security-password.js'
import { endSessions } from './security-sessions.js'
import { signIns } from './security-sign-ins.js'
import { securityPage } from './security.js'

/** Mounts the security page and everything behind it; `person` makes a page of who is signed in. */
export function mountSecurity(router: Router, person: (page: Page) => Middleware, options: PortalOptions): void {
  const { csrf } = options
  const fresh = (page: Page, back?: string): Middleware => person(withFreshProof(page, options, back))
  const showSecurity = securityPage(options)
  router.get('/security', csrf, person((here) => showSecurity(here)))
  router.post('/security/sessions', csrf, person(endSessions(options, showSecurity)))
  router.post('/security/access', csrf, person(revokeAccess(options)))
  router.get('/security/sign-ins', csrf, person(signIns(options)))
  router.get('/security/password', csrf, fresh(passwordPage(options)))
  router.post('/security/password', csrf, fresh(changePassword(options)))
  router.get('/security/devices/app', csrf, fresh(appPage(options)))
  router.post('/security/devices/app', csrf, fresh(addApp(options)))
  router.get('/security/devices/passkey', csrf, fresh(passkeyPage(options)))
  router.post('/security/devices/passkey', csrf, fresh(addPasskey(options)))
  router.post('/security/devices/passkey/options', csrf, person(passkeyOptions(options)))
  router.get('/security/devices/:id', csrf, fresh(devicePage(options)))
  router.post('/security/devices/:id', csrf, fresh(changeDevice(options)))
  router.get('/security/devices/:id/clock', csrf, fresh(clockPage(options)))
  router.post('/security/devices/:id/clock', csrf, fresh(matchClock(options)))
  router.get('/security/recovery-codes', csrf, fresh(recoveryCodesPage(options)))
  router.post('/security/recovery-codes', csrf, fresh(makeRecoveryCodes(options)))
  router.post('/security/browsers', csrf, fresh(revokeBrowsers(options), '/start/security'))
}
