// /dev: what helps to try Gatehouse on one's own machine. It is mounted only where there is no mail server and
// the public address is localhost; everywhere else these addresses do not exist.
export { devDoor, type DevOptions } from './mail.js'
