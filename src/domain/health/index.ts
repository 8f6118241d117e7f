// Owns what an administrator should know of the configuration before it hurts: figures and findings, read from what all
// the rooms keep; federation reads when certificates in metadata end. It changes nothing, and says nothing of how it is mended (http/admin).
export { Health, type Figures, type Finding, type FindingCode } from './health.js'
