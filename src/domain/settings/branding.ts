// How an organization looks: its logo and its colour.
import type { Organization } from './organization.js'

export interface Branding {
  /** A data: address of a picture. */
  logo?: string
  /** Such as `#1d665a`. */
  accent?: string
}

/** Reads what the settings say about it. */
export const brandingOf = ({ settings }: Pick<Organization, 'settings'>): Branding => (settings.branding as Branding | undefined) ?? {}
