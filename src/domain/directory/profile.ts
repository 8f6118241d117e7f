// What the directory knows of a person beside their names and mail addresses, in the words of SCIM (RFC 7643).

/** An email address as SCIM has it (RFC 7643 section 4.1.2). */
export interface Email {
  value: string
  primary?: boolean
  type?: string
}

export interface PostalAddress {
  streetAddress?: string
  locality?: string
  region?: string
  postalCode?: string
  country?: string
  formatted?: string
  type?: string
  primary?: boolean
}

/** A phone number, a photo's address or a role: a value of which one may be the main one. */
export interface Labelled {
  value: string
  display?: string
  type?: string
  primary?: boolean
}

/** RFC 7643 section 4.3. */
export interface Enterprise {
  employeeNumber?: string
  costCenter?: string
  organization?: string
  division?: string
  department?: string
  manager?: { value?: string; displayName?: string }
}

/** Everything that nobody signs in with or is searched by. */
export interface Profile {
  name?: { formatted?: string; middleName?: string; honorificPrefix?: string; honorificSuffix?: string }
  nickName?: string
  profileUrl?: string
  addresses?: PostalAddress[]
  phoneNumbers?: Labelled[]
  photos?: Labelled[]
  roles?: Labelled[]
  userType?: string
  title?: string
  preferredLanguage?: string
  locale?: string
  timezone?: string
  website?: string
  /** As it was written, such as `1980-02-29`. */
  birthdate?: string
  enterprise?: Enterprise
}

/** What another directory calls somebody; `issuer` names that directory. */
export interface ExternalId {
  issuer: string
  id: string
}

/** The address that mail goes to: the primary one, or else the first. */
export const primaryEmail = (emails: Email[]): string | undefined => (emails.find((email) => email.primary) ?? emails[0])?.value
