// Outbound: requests to addresses that somebody else has named, which lead nowhere but to the public network or to
// where the operator allows. It knows nothing of what is asked for.
export { isPublicAddress, isWithin, networksOf } from './networks.js'
export { Outbound, OutboundFailure, type OutboundAnswer, type OutboundOptions, type OutboundPlace } from './outbound.js'
