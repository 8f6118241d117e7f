// Recovery: getting in for the first time, or again, by a link that was mailed: invitations, forgotten passwords,
// and "this was not me". It owns those links and which addresses were proved by one; it signs nobody in. Root users are
// owners of accounts, and found there.
export type { FoundLink } from './choose.js'
export { Invitations } from './invitations.js'
export { MailedLinks, type About, type LinkPurpose, type MailedLink } from './mailed-links.js'
export { Notices, type Acted } from './notices.js'
export { findOwner, personAsOwner, rootAsOwner, type Owner } from './owners.js'
export { longestAddress, OwnAddresses, type AddressOutcome, type AnnounceChange, type AddressRequest, type AddressVisit, type OwnAddress } from './own-addresses.js'
export { mailReset, Resets, type ResetsOptions } from './resets.js'
export { RootAddresses } from './root-addresses.js'
export type { Notice, NoticeName, Whereabouts } from './tell.js'
export type { Undoable } from './undoing.js'
export { VerifiedAddresses } from './verified-addresses.js'
