// Owns what an administrator should know of the configuration before it hurts: figures and findings, and of whom they are, read
// from what all the rooms keep; federation reads when certificates end, those in metadata and our own. It changes nothing, and
// says nothing of how it is mended (http/admin).
export { Health, type AccountFigure, type Figures, type Finding, type FindingCode } from './health.js'
export { accountFindings, type AccountFinding } from './in-accounts.js'
export { sourceFindings, type SourceFinding } from './sources.js'
export { peopleFindings, type PeopleFinding } from './people.js'
