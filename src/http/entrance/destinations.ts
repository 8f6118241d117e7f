// Where a sign-in leads afterwards: pages of the console only, never an address that somebody else chose.
import type { Form } from '../middleware/form.js'

const longest = 2000
/** A region's name. */
const region = /^[a-z]{2}(-[a-z]{1,12}){1,3}-\d{1,2}$/

/** Reads an address as a page of the console; undefined for every other. */
export function consolePage(wanted: string | undefined, publicUrl: URL): string | undefined {
  if (!wanted || wanted.length > longest || !/^\/console[!-[\]-~]*$/.test(wanted)) return undefined
  const url = URL.canParse(wanted, publicUrl.href) ? new URL(wanted, publicUrl) : undefined
  if (url?.origin !== publicUrl.origin || !/^\/console(\/|$)/.test(url.pathname)) return undefined
  // What is only posted to is no page, and who has signed in does not want to sign in.
  if (/^\/console\/(sign-in|sign-up|sign-out|switch|forgot-password)(\/|$)/.test(url.pathname)) return undefined
  return url.pathname + url.search
}

const regionOf = (wanted: string | undefined): string | undefined => (wanted && region.test(wanted) ? wanted : undefined)

/** Where somebody wanted to go. */
export interface Onward {
  destination?: string | undefined
  region?: string | undefined
}

/** Reads it from the query of a page, as far as it is ours. */
export function onwardOf({ redirect_uri: wanted, region: asked }: Form, publicUrl: URL): Onward {
  return { destination: consolePage(wanted, publicUrl), region: regionOf(asked) }
}

/** Spells it for the next page's address, beginning with `?`, or nothing. */
export function queryText({ destination, region: asked }: Onward): string {
  const query = new URLSearchParams({ ...(destination && { redirect_uri: destination }), ...(asked && { region: asked }) }).toString()
  return query && `?${query}`
}

export const withOnward = (path: string, onward: Onward): string => path + queryText(onward)
