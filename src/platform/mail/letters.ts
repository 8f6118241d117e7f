// Every letter there is: what its templates are told, and what its subject says. `views/mail/<name>.hbs` is
// its HTML, `views/mail/<name>-text.hbs` its text.

/** What happened, where and when, for its owner to recognise or not. */
export interface Happening {
  /** Milliseconds since the epoch. */
  at: number
  /** Where the request came from: an address, with a place where one is known. */
  place: string
  /** The browser and its system, as people name them. */
  browser: string
  /** The path of the page that undoes it, with its token. */
  notMe: string
}

/** What somebody asked for. */
export interface AboutAccess {
  permissionSet: string
  account: string
  accountId: string
  /** The path of the request's page. */
  link: string
}

/** What each letter is told. `link` and `notMe` are paths; nothing else becomes an address to open. */
export interface Letters {
  'reset-password': { userName: string; link: string; minutes: number }
  'reset-done': Happening & { userName: string }
  invitation: { displayName: string; userName: string; link: string; days: number }
  /** `purpose` completes "to …": `sign in`, `confirm this address`. */
  code: { code: string; purpose: string; minutes: number }
  /** To whoever reads mail at `address`, who may be somebody else than was meant. */
  'address-code': { code: string; address: string; minutes: number }
  'new-browser': Happening & { userName: string }
  /** `factor` is what it is called and what it is: `authenticator app “Phone”`. */
  'factor-added': Happening & { userName: string; factor: string }
  'factor-removed': Happening & { userName: string; factor: string }
  /** `was` is the name it had. */
  'factor-renamed': Happening & { userName: string; factor: string; was: string }
  'passkey-copied': Happening & { userName: string; factor: string }
  'password-changed': Happening & { userName: string }
  /** `was` is the address as it was, `is` enough of the new one for its owner to recognise. */
  'address-changed': Happening & { userName: string; was: string; is: string }
  'recovery-code-used': Happening & { userName: string; left: number }
  /** To those who answer: who asks for what, for how long and why. */
  'access-requested': AboutAccess & { displayName: string; userName: string; seconds: number; reason: string }
  /** To those who answer, when half of the time is over and nobody did. */
  'access-waiting': AboutAccess & { displayName: string; userName: string; seconds: number; reason: string; askedAt: number; expiresAt: number }
  'access-granted': AboutAccess & { startsAt: number; endsAt: number; isExtension: boolean }
  /** An hour before it ends, or a quarter. */
  'access-ending': AboutAccess & { endsAt: number }
  /** To whoever made a token, or else the organization: `name` is the token's. */
  'provisioning-token-ending': { name: string; days: number; endsAt: number; link: string }
  /** To the organization: nobody can come in by the source `name` once its last certificate counts as over. */
  'source-certificate-ending': { name: string; certificate: string; days: number; endsAt: number; link: string }
  /** To the organization: `certificate` is the fingerprint of our own for SAML, `next` the next one's where that ends as well. */
  'own-certificate-ending': { purpose: 'signing' | 'encryption'; isSigning: boolean; certificate: string; next: { certificate: string; endsAt: number } | undefined; days: number; endsAt: number; link: string }
  'access-closed': AboutAccess & { outcome: 'denied' | 'expired' | 'ended'; by: string | undefined; reason: string | undefined }
  /** To see whether mail arrives. `by` is who sent it. */
  trial: { by: string }
}

export type LetterName = keyof Letters

const closings = { denied: 'your request was denied', expired: 'nobody answered your request', ended: 'your access was ended' }

type Subjects = { [Name in LetterName]: (organization: string, model: Letters[Name]) => string }

/** Says what each letter is about; a code stands in the subject, where a phone shows it. */
export const subjects: Subjects = {
  'reset-password': (organization) => `Choose a new password for ${organization}`,
  'reset-done': (organization) => `Your password for ${organization} was changed`,
  invitation: (organization) => `You are invited to ${organization}`,
  code: (organization, { code }) => `${code} is your code for ${organization}`,
  'address-code': (organization, { code }) => `${code} confirms your mail address for ${organization}`,
  'new-browser': (organization) => `New sign-in to ${organization}`,
  'factor-added': (organization) => `A way to verify was added to your sign-in at ${organization}`,
  'factor-removed': (organization) => `A way to verify was removed from your sign-in at ${organization}`,
  'factor-renamed': (organization) => `A way to verify was renamed in your sign-in at ${organization}`,
  'passkey-copied': (organization) => `A copy of your passkey was refused at ${organization}`,
  'password-changed': (organization) => `Your password for ${organization} was changed`,
  'address-changed': (organization) => `Your mail address at ${organization} was changed`,
  'recovery-code-used': (organization) => `A recovery code was used at ${organization}`,
  'access-requested': (_, { displayName, permissionSet, account }) => `${displayName} asks for ${permissionSet} in ${account}`,
  'access-waiting': (_, { displayName, permissionSet, account }) => `${displayName} still waits for ${permissionSet} in ${account}`,
  'access-granted': (_, { permissionSet, account }) => `You were granted ${permissionSet} in ${account}`,
  'access-ending': (_, { permissionSet, account }) => `${permissionSet} in ${account} ends within the hour`,
  'provisioning-token-ending': (organization, { name, days }) => `The provisioning token “${name}” of ${organization} ends ${days <= 1 ? 'within a day' : `in ${days} days`}`,
  'source-certificate-ending': (organization, { name, days }) => `The certificate of “${name}”, by which people sign in to ${organization}, ends ${days <= 1 ? 'within a day' : `in ${days} days`}`,
  'own-certificate-ending': (organization, { purpose, days }) => `The certificate of ${organization} for SAML ${purpose} ends ${days <= 1 ? 'within a day' : `in ${days} days`}`,
  'access-closed': (_, { outcome, permissionSet, account }) => `${permissionSet} in ${account}: ${closings[outcome]}`,
  trial: (organization) => `Mail from ${organization} arrives`,
}
