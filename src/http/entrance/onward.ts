// Where somebody wanted to go who is asked to sign in first, as it is handed from page to page.
import { pageAfterSignIn } from '../middleware/destinations.js'
import type { Form } from '../middleware/form.js'
import { isRegion } from '../middleware/regions.js'

/** Where somebody wanted to go. */
export interface Onward {
  destination?: string | undefined
  region?: string | undefined
}

/** Reads it from the query of a page, as far as it is ours. */
export function onwardOf({ redirect_uri: wanted, region: asked }: Form, publicUrl: URL): Onward {
  return { destination: pageAfterSignIn(wanted, publicUrl.origin), region: asked && isRegion(asked) ? asked : undefined }
}

/** Spells it for the next page's address, beginning with `?`, or nothing. */
export function queryText({ destination, region: asked }: Onward): string {
  const query = new URLSearchParams({ ...(destination && { redirect_uri: destination }), ...(asked && { region: asked }) }).toString()
  return query && `?${query}`
}

export const withOnward = (path: string, onward: Onward): string => path + queryText(onward)
