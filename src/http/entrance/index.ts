// /console/sign-in: who meets the console without a session says here whether they are a root user or an IAM user, and under
// which name; the browser remembers it. What was said is kept for the sign-in pages, which prove it; this room decides
// neither who exists nor who gets in.
export { accountDoor, accountHosts, entranceDoor, toEntrance, type EntranceOptions, type EntranceCheck } from './entrance.js'
export { signUpDoor } from './sign-up.js'
export { consoleInteractions, type OpenConsole } from './interactions.js'
