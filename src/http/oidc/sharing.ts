// What a client gets to know and may do, in phrases for the person who is asked.

const knowledge = new Map([
  ['profile', 'your name and user name'],
  ['email', 'your email address'],
  ['groups', 'the groups you are in'],
])

/** Lists what an application learns of a person. */
export const knowsOf = (scopes: string[]): string[] => ['who you are', ...scopes.flatMap((scope) => knowledge.get(scope) ?? [])]

/** Lists what an application may do beyond that. */
export const mayOf = (scopes: string[]): string[] => (scopes.includes('offline_access') ? ['stay connected when you are not there, for up to 30 days'] : [])

/** What a command line may do that acts with a person's accounts. */
export const accessOf: readonly string[] = ['get credentials for every permission set you have, until your portal session ends']
