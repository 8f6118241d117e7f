// Every migration, listed by hand in the order they run. A released one is never edited.
import { Ephemeral1763683200001 } from './0001-ephemeral.js'

export const migrations = [Ephemeral1763683200001]
