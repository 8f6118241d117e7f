// From which networks the portal is signed in to and the organization administered: everywhere, unless lists say otherwise.
import { isWithin, networksOf } from '../../platform/outbound/index.js'
import type { Organization } from './organization.js'

export type Guarded = 'administration' | 'portal'

/** Says whether a text is no network. */
export function networkFault(text: string): string | undefined {
  let isNone = !/^[\da-f.:]+(\/\d{1,3})?$/i.test(text)
  if (!isNone) networksOf([text], () => { isNone = true })
  return isNone ? 'is no network' : undefined
}

/** Lists the networks of one of them; none where it is open to all. */
export const networksIn = ({ settings }: Pick<Organization, 'settings'>, guarded: Guarded): readonly string[] =>
  (settings.networks as Partial<Record<Guarded, string[]>> | undefined)?.[guarded] ?? []

/** True for an address of the networks, and for every address where there are none. */
export const isWithinNetworks = (address: string, networks: readonly string[]): boolean => networks.length === 0 || isWithin(address, networksOf(networks, () => undefined))
