// /healthz and /readyz: is the process alive, and do its stores answer? They say why not, and no more.
export { operationsDoor } from './health.js'
