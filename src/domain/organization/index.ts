// The organization file: what it may say, what applying it would change, applying and exporting it. It does not
// own the things that it names. Applications that are registered on a page keep to the same rules. It uses every room of the domain that has a noun in the file (accounts and
// access and identity-sources beside the usual ones), because declaring all of them together is what it is for, credentials, because
// those of people who go must not outlive them, incidents, because neither must those of assignments that go, federation, which reads the metadata of providers, recovery, which knows
// who was invited, and requests, whose rules it declares.
export { applyOrganization, readOrganization, readSnapshot, type ApplyOptions } from './apply.js'
export type { Change } from './change.js'
export { changeSettings, checkSettings, writtenSettings, type WrittenSettings } from './change-settings.js'
export type { Declaration } from './declaration.js'
export { formatDuration, parseDuration } from './duration.js'
export { exportOrganization } from './export.js'
export { foreseePlan, type Foreseen, type PolicyForecast } from './foresee.js'
export { readSource, writtenSource, type ReadSource } from './identity-sources.js'
export { planChanges, type PlanOptions } from './plan.js'
export { printFaults, printPlan } from './print.js'
export { jsonPlan, printForeseen } from './print-foreseen.js'
export { readOrganizationFile, type ReadOptions, type ReadResult } from './read.js'
export { checkClientMetadata, checkIcon } from './registration.js'
export type { Stored } from './stored.js'
export { nothingYet, type Snapshot } from './snapshot.js'
