// Operations of the instance that only pages have: asked, checked and recorded like those on the wire.
import type { Operations } from '../operation.js'
import { exploreOperations } from './explore.js'
import { incidentOperations } from './incidents.js'
import { jobOperations } from './jobs.js'
import { previewOperations } from './preview.js'
import { searchOperations } from './searches.js'

export const ownOperations: Operations = { ...searchOperations, ...previewOperations, ...exploreOperations, ...incidentOperations, ...jobOperations }
