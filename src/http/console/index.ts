// /console: the home of each role session of this browser, up to five side by side. It does not decide
// who may act as a role (access) nor make credentials (credentials).
export { consoleDoor, endConsoles, findEnding, startConsole, type ConsoleOptions } from './console.js'
