// /device: a signed-in person answers a command line or device that shows a code. It does not make
// the codes nor redeem them (oidc).
export { type DeviceCodes, type DeviceOptions, deviceDoor } from './device.js'
