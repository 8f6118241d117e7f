// What a change would do, in sentences: who gains and who loses what, by names and numbers.

interface Affected {
  People: number
  Names: { UserId: string; UserName: string; DisplayName: string }[]
}

interface PlaceAnswer {
  AccountId?: string
  AccountName?: string
  PermissionSetName?: string
  ApplicationName?: string
}

/** What PreviewChange answers. */
export interface PreviewAnswer {
  Effects: { Places: PlaceAnswer[]; Gains: Affected; Losses: Affected }[]
  Gaining: number
  Losing: number
  IsComplete: boolean
}

const mostPlaces = 3
const mostListed = 200

/** Makes what the partial of effects shows. */
export const effectsModel = ({ Effects, Gaining, Losing, IsComplete }: PreviewAnswer): object => ({
  gaining: Gaining, losing: Losing, isComplete: IsComplete, isNothing: Gaining === 0 && Losing === 0,
  effects: gathered(Effects).flatMap(({ Places, Gains, Losses }) => [
    ...(Gains.People > 0 ? [{ isGain: true, ...peopleModel(Gains), ...placesModel(Places) }] : []), ...(Losses.People > 0 ? [{ isGain: false, ...peopleModel(Losses), ...placesModel(Places) }] : []),
  ]),
})

/** Tells together what concerns the same people, as far as all of them are named. */
function gathered(effects: PreviewAnswer['Effects']): PreviewAnswer['Effects'] {
  const kinds = new Map<string, PreviewAnswer['Effects'][number]>()
  effects.forEach((effect, at) => {
    const sides = [effect.Gains, effect.Losses]
    const key = sides.every(({ People, Names }) => People === Names.length) ? JSON.stringify(sides.map(({ Names }) => Names.map(({ UserId }) => UserId))) : `${at}`
    kinds.set(key, { ...effect, Places: [...kinds.get(key)?.Places ?? [], ...effect.Places] })
  })
  return [...kinds.values()]
}

const peopleModel = ({ People, Names }: Affected): object => ({ people: People, names: Names.map(({ UserId, DisplayName }) => ({ name: DisplayName, url: `/admin/users/${UserId}` })), morePeople: Math.max(0, People - Names.length) })

/** Says where: permission set by permission set, in accounts by their names. */
function placesModel(places: readonly PlaceAnswer[]): object {
  const sets = new Map<string, string[]>()
  for (const { PermissionSetName, AccountName, ApplicationName } of places) {
    const what = PermissionSetName ?? ApplicationName!
    sets.set(what, [...sets.get(what) ?? [], ...(AccountName === undefined ? [] : [AccountName])])
  }
  return {
    places: [...sets].map(([what, accounts]) => ({ what, accounts: accounts.length === 0 ? undefined : listed(accounts) })),
    all: places.length > mostPlaces ? places.slice(0, mostListed).map(({ PermissionSetName, AccountName, ApplicationName }) => (PermissionSetName === undefined ? ApplicationName : `${PermissionSetName} in ${AccountName}`)) : undefined,
    count: places.length.toLocaleString('en-GB'), moreAll: Math.max(0, places.length - mostListed),
  }
}

function listed(names: readonly string[]): string {
  const some = names.slice(0, mostPlaces)
  const rest = names.length - some.length
  if (rest > 0) return `${some.join(', ')} and ${rest.toLocaleString('en-GB')} more`
  return some.length === 1 ? some[0]! : `${some.slice(0, -1).join(', ')} and ${some.at(-1)}`
}
