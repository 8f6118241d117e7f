// Keys: the master key, sealing of secrets at rest, and signing keys. What is sealed belongs to others.
export { keptMasterKey, MasterKey, parseMasterKey } from './master-key.js'
export { Sealer } from './sealing.js'
export { selfSigned } from './self-signed.js'
export { keySetLifetime, SigningKeys, type Rotation, type SigningAlgorithm, type SigningKey } from './signing-keys.js'
export { SigningUses, stagedFrom, type KeyState, type StagedKey } from './staging.js'
