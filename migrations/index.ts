// Every migration there is, by hand and in order. A released one is never edited.
import { Organization1763683200002 } from './0002-organization.js'

export const migrations = [Organization1763683200002]
