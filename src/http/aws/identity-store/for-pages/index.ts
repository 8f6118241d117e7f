// Operations of the directory that only pages have: asked, checked and recorded like those on the wire.
import type { Operations } from '../operation.js'
import { deviceOperations } from './devices.js'
import { importOperations } from './import.js'
import { nestedGroupOperations } from './nested-groups.js'
import { provisioningOperations } from './provisioning.js'
import { reachOperations } from './reach.js'
import { searchOperations } from './search.js'
import { signInOperations } from './sign-in.js'
import { sessionOperations } from './sessions.js'
import { standingOperations } from './standing.js'

export const operationsOfPages: Operations = { ...searchOperations, ...standingOperations, ...sessionOperations, ...signInOperations, ...deviceOperations, ...nestedGroupOperations, ...reachOperations, ...importOperations, ...provisioningOperations }
