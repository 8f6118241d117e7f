// How much of what is open ends, or would end, in words: sessions, credentials, what applications and command lines may.

/** What ends, as operations answer it. */
export interface EndedAnswer {
  PortalSessions: number
  Applications: number
  CommandLines: number
  ConsoleSessions: number
  Credentials: number
  Grants: number
  Disabled: boolean
  Unreached: { Applications: string[]; AccessKeys: number }
}

const kinds: readonly [keyof EndedAnswer, string, string][] = [
  ['PortalSessions', 'session of the portal', 'sessions of the portal'], ['ConsoleSessions', 'console session', 'console sessions'], ['Credentials', 'set of temporary credentials', 'sets of temporary credentials'],
  ['Applications', 'application that was allowed something', 'applications that were allowed something'], ['CommandLines', 'command line that is signed in', 'command lines that are signed in'], ['Grants', 'grant on request', 'grants on request'],
]

/** The numbers, each with what it counts; what there is none of is left out. */
export const numbersOf = (ended: EndedAnswer): object[] => kinds.flatMap(([name, noun, nouns]) => {
  const count = ended[name] as number
  return count === 0 ? [] : [{ count: count.toLocaleString('en-GB'), text: count === 1 ? noun : nouns }]
})

/** What goes on all the same, in sentences. */
export const unreachedOf = ({ Unreached: { Applications, AccessKeys } }: EndedAnswer): string[] => [
  ...Applications.map((name) => `${name} keeps a session of its own, and does not hear of it.`),
  ...(AccessKeys > 0 ? [`${AccessKeys === 1 ? '1 access key' : `${AccessKeys.toLocaleString('en-GB')} access keys`} of users in the account: they have no end, and are deactivated one by one in its console.`] : []),
]
