// What administrators do and ask when something went wrong: the kill switch and the look-up, over the rooms and the provider.
import { KillSwitch, LookUp, PersonSessions } from '../domain/incidents/index.js'
import type { Oidc } from '../http/oidc/index.js'
import type { Rooms } from './rooms.js'

/** Builds them. */
export function incidentsOf({ database, clock, trail, revocations, requests, organization, settings: { config: { region } } }: Rooms, { sessions, access, backChannel }: Oidc) {
  const common = {
    database, clock, revocations, sessions, access, region,
    tell: (userId: string, clientIds: readonly string[]) => backChannel.tell(clientIds.map((clientId) => ({ clientId, userId, sid: undefined }))),
    directoryId: async () => (await organization.get()).id,
  }
  return {
    killSwitch: new KillSwitch({ ...common, trail, requests }),
    personSessions: new PersonSessions(common),
    lookUp: new LookUp({ database, clock, revocations }),
  }
}

export type Incidents = ReturnType<typeof incidentsOf>
