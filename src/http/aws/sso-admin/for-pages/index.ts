// Operations of the instance that only pages have: asked, checked and recorded like those on the wire.
import type { Operations } from '../operation.js'
import { detailOperations } from './details.js'
import { exploreOperations } from './explore.js'
import { incidentOperations } from './incidents.js'
import { jobOperations } from './jobs.js'
import { previewOperations } from './preview.js'
import { requestRuleOperations } from './request-rules.js'
import { searchOperations } from './searches.js'

/** One that the wire has too is another here: it takes its place. */
export const ownOperations: Operations = { ...searchOperations, ...previewOperations, ...exploreOperations, ...incidentOperations, ...jobOperations, ...requestRuleOperations, ...detailOperations }
