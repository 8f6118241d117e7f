// Owns what all AWS wire APIs share: reading requests, signatures, who calls and what they may, errors and answers. Does not own any
// operation.
export { callerLookUp, recordUse, type Caller } from './caller.js'
export { consoleCaller } from './console-caller.js'
export type { JsonOperations } from './json-operation.js'
export { jsonForPages, type JsonService, type RunForPages } from './json-service.js'
export { circumstancesOf, Permissions, type Wish } from './permissions.js'
export { rootDoor, type QueryService } from './root.js'
