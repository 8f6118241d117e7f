// /healthz and /readyz: is the process alive, and do its stores answer? They say why not, and no more. What a monitor reads
// beyond that is on a port of its own.
export { operationsDoor } from './health.js'
export { metricsDoor } from './metrics.js'
