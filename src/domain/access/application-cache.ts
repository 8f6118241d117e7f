// Applications by client_id as each request needs them, so that sign-ins do not read the same rows all over.
import type { Clock } from '../../platform/clock.js'
import { Recent } from '../../platform/recent.js'
import type { Application, Applications } from './applications.js'

const freshFor = 1000
const applicationsKept = 500

/** Applications by client_id as each request needs them, each read again at most once a second. */
export class ApplicationCache {
  readonly #kept = new Recent<string, { readAt: number; application: Promise<Application | undefined> }>(applicationsKept)

  constructor(private readonly applications: Pick<Applications, 'findByClientId'>, private readonly clock: Clock) {}

  async findByClientId(clientId: string): Promise<Application | undefined> {
    const kept = this.#kept.find(clientId)
    if (kept && this.clock() - kept.readAt < freshFor) return kept.application
    const application = this.applications.findByClientId(clientId)
    this.#kept.put(clientId, { readAt: this.clock(), application })
    const found = await application.catch((error: unknown) => {
      this.#kept.remove(clientId)
      throw error
    })
    // One that is made in this moment is found in the next.
    if (!found) this.#kept.remove(clientId)
    return found
  }
}
