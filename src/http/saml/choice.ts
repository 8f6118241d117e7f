// Choosing among the roles that an assertion names, by account.
import type { Context } from 'koa'
import type { SamlOffer } from '../../domain/credentials/index.js'
import type { Admission } from './admissions.js'
import type { SamlOptions } from './options.js'

interface ChoosableRole {
  /** Its place among what the assertion names. */
  value: number
  name: string
  /** The provider, where two of them offer the same role. */
  provider: string | undefined
}

/** Shows the page; `problem` says why the choice before did not work. */
export async function showChoice(ctx: Context, { claims, offers, destination }: Admission, { findAccount, render }: SamlOptions, problem?: string): Promise<void> {
  const ids = [...new Set(offers.map(accountOf))]
  const accounts = await Promise.all(ids.map(async (id) => ({ id, name: (await findAccount(id))?.name ?? id, roles: rolesOf(id, offers) })))
  if (problem !== undefined) ctx.status = 403
  await render(ctx, 'saml/choose', {
    accounts: accounts.toSorted((one, other) => one.name.localeCompare(other.name) || one.id.localeCompare(other.id)),
    subject: claims.subject, destination, problem, faults: undefined,
  })
}

const accountOf = ({ roleArn }: SamlOffer): string => roleArn.split(':')[4]!

/** The name of a role, without its path. */
export const nameOf = ({ roleArn }: SamlOffer): string => roleArn.slice(roleArn.lastIndexOf('/') + 1)

function rolesOf(account: string, offers: readonly SamlOffer[]): ChoosableRole[] {
  return offers.map((offer, value) => ({ offer, value })).filter(({ offer }) => accountOf(offer) === account).map(({ offer, value }) => {
    const isAmbiguous = offers.some((other) => other !== offer && other.roleArn === offer.roleArn)
    return { value, name: nameOf(offer), provider: isAmbiguous ? offer.providerArn.slice(offer.providerArn.lastIndexOf('/') + 1) : undefined }
  }).toSorted((one, other) => one.name.localeCompare(other.name))
}

/** Finds what was chosen; undefined for what was not offered. */
export const chosenOf = (choice: string | undefined, offers: readonly SamlOffer[]): SamlOffer | undefined => (/^\d{1,3}$/.test(choice ?? '') ? offers[Number(choice)] : undefined)
