// What is known of a provider that people come from; what is secret of it is kept apart.

export interface OidcConnection {
  /** The issuer, exactly as its discovery document says. */
  issuer: string
  clientId: string
  /** Beside `openid`. */
  scopes: string[]
  authentication: 'client_secret_basic' | 'client_secret_post' | 'none'
  /** Whether signing out here signs out there, too. */
  signOutThere?: boolean | undefined
}

export interface SamlConnection {
  entityId: string
  /** Where requests go, and how. */
  signOn: { address: string; binding: 'redirect' | 'post' }
  /** Answers go to another address at some providers. */
  singleLogout?: { address: string; binding: 'redirect' | 'post'; answers?: string | undefined } | undefined
  /** Whether signing out here signs out there, too. */
  signOutThere?: boolean | undefined
  /** The format asked for; whatever comes, unless told. */
  nameIdFormat?: string | undefined
  /** Whether the provider may begin by itself. */
  unsolicited: boolean
  /** Whether a certificate that is over proves nobody; otherwise it is a warning. */
  refuseExpiredCertificates?: boolean | undefined
  /** Where the metadata comes from, where it is fetched. */
  metadataUrl?: string | undefined
}

export interface LdapConnection {
  /** Asked in this order: `ldap://` or `ldaps://`. */
  urls: string[]
  startTls: boolean
  /** Certificates of authorities to believe in place of the usual ones, in PEM. */
  authorities?: string | undefined
  bindDn: string
  baseDn: string
  /** With `{name}` where the name goes that was typed. */
  userFilter: string
  /** What the directory never gives to somebody else. */
  subject: string
  groups?: { baseDn: string; filter: string; name: string; nested: boolean } | undefined
  /** Everybody is brought in line with it every so many seconds. */
  sync?: { every: number } | undefined
}
