// The demo: an application that really signs people in, and people with passwords made at random. It is
// a relying party like any other and uses nothing of the house but its public addresses.
export { startDemoApplication } from './application.js'
