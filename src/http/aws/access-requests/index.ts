// /access-requests: access on request for command lines, with the access token of a sign-in, in JSON of our own. It
// decides nothing: what may be asked and who answers is domain/requests' to say.
export { accessRequestsDoor, type AccessRequestsOptions } from './access-requests.js'
export { accessRequestOperations, type RequestRooms } from './for-pages.js'
