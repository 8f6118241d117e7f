// Who gains and who loses, as text for a terminal and as JSON for machines. Neither grows without bounds.
import type { Affected, Effect, PolicyLine } from '../access/index.js'
import type { Change } from './change.js'
import type { Foreseen, PolicyForecast } from './foresee.js'

/** How much of each list a person reads. */
const mostRead = 20
/** How many lines of a permission set's policies a machine gets. */
const mostLines = 1000
const mostPlaces = 10_000

const clean = (text: string): string => text.replace(/\p{Cc}/gu, ' ')
const number = (count: number): string => count.toLocaleString('en-GB')
const people = (count: number): string => (count === 1 ? '1 person' : `${number(count)} people`)

/** Joins the first of a list, and counts the rest. */
const firstOf = (words: readonly string[], count = words.length): string => {
  const shown = words.slice(0, mostRead)
  return count > shown.length ? `${shown.join(', ')} and ${number(count - shown.length)} more` : shown.join(', ')
}

/** Prints what a plan does to people: one line a gain or loss, and what is not told; nothing where there is nothing to say. */
export function printForeseen({ preview, isLate, policies, untold }: Foreseen): string {
  const lines = [
    ...(preview ? [`Who gains and who loses: ${summary(preview)}`, ...effectLines(preview.effects)] : []),
    ...(preview && !preview.isComplete ? ['This is not all: there is too much to look at in one go. What concerns most people is told.'] : []),
    ...policies.slice(0, mostRead).map(policyLine), ...(policies.length > mostRead ? [`The policies of ${number(policies.length - mostRead)} more permission sets change too; --json tells them.`] : []),
    ...(isLate ? ['Who gains and who loses could not be worked out in time: it is a great many.'] : []),
    ...(untold.length > 0 ? [`Not told here: ${untold.join('; ')}.`] : []),
  ]
  return lines.length === 0 ? '' : `${lines.map(clean).join('\n')}\n`
}

function summary({ gaining, losing }: { gaining: number; losing: number }): string {
  if (gaining === 0 && losing === 0) return 'nobody.'
  return `${gaining === 0 ? 'nobody gains' : `${people(gaining)} ${gaining === 1 ? 'gains' : 'gain'}`}, ${losing === 0 ? 'nobody loses' : `${people(losing)} ${losing === 1 ? 'loses' : 'lose'}`}.`
}

function effectLines(effects: readonly Effect[]): string[] {
  const all = effects.flatMap(({ places, gains, losses }) => [...(gains.people > 0 ? [effectLine('+', gains, places)] : []), ...(losses.people > 0 ? [effectLine('-', losses, places)] : [])])
  return all.length > mostRead ? [...all.slice(0, mostRead), `and ${number(all.length - mostRead)} more of such lines; --json tells them.`] : all
}

const effectLine = (sign: string, affected: Affected, places: Effect['places']): string =>
  `${sign} ${people(affected.people)}  ${placesIn(places)}  ${firstOf(affected.names.map(({ userName, displayName }) => (displayName === userName ? userName : `${displayName} (${userName})`)), affected.people)}`

/** Says where: permission set by permission set, in accounts by their names. */
function placesIn(places: Effect['places']): string {
  const sets = new Map<string, string[]>()
  for (const { account, permissionSet, application } of places) {
    const what = application ? application.name : permissionSet.name
    const accounts = sets.get(what) ?? []
    if (account) accounts.push(account.name)
    sets.set(what, accounts)
  }
  return firstOf([...sets].map(([what, accounts]) => (accounts.length === 0 ? what : `${what} in ${firstOf(accounts)}`)))
}

function policyLine({ permissionSet, difference: { wider, narrower, boundary, unread }, people: count, accounts }: PolicyForecast): string {
  const [more, less] = [[...wider, ...boundary?.returns ?? []], [...narrower, ...boundary?.falls ?? []]]
  const unsure = [...unread, ...boundary?.unread ?? []]
  const open = (boundary?.partial.length ?? 0) + (boundary?.unclear.length ?? 0)
  return [
    `~ ${permissionSet}`, ...(more.length > 0 ? [`allows more: ${actionsOf(more)}`] : []), ...(less.length > 0 ? [`allows less: ${actionsOf(less)}`] : []),
    ...(open > 0 ? [`only in part, or by conditions: ${actionsOf([...boundary!.partial, ...boundary!.unclear])}`] : []),
    ...(unsure.length > 0 ? [`each account says for itself what ${firstOf([...new Set(unsure)])} allows`] : []),
    count === 0 ? 'nobody has it' : `${people(count)} ${count === 1 ? 'has' : 'have'} it now, in ${accounts === 1 ? '1 account' : `${number(accounts)} accounts`}`,
  ].join('  ')
}

const actionsOf = (lines: readonly PolicyLine[]): string => firstOf([...new Set(lines.map(({ effect, action }) => (effect === 'Deny' ? `${action} (denied)` : action)))])

/** Spells a plan and what it does to people as JSON. */
export const jsonPlan = (changes: readonly Change[], { preview, isLate, policies, untold }: Foreseen, applied: boolean): string => `${JSON.stringify({
  applied, changes: changes.map(({ action, kind, name, details }) => ({ action, kind, name, details })),
  access: preview && { ...preview, effects: preview.effects.map((effect) => ({ ...effect, places: effect.places.slice(0, mostPlaces), morePlaces: Math.max(0, effect.places.length - mostPlaces) })) }, isLate, policies: policies.map(({ difference: { wider, narrower, ...rest }, ...one }) => ({ ...one, ...rest, wider: wider.slice(0, mostLines), narrower: narrower.slice(0, mostLines), moreLines: Math.max(0, wider.length - mostLines) + Math.max(0, narrower.length - mostLines) })), untold,
}, undefined, 2)}\n`
