// What jest asks of an environment, where tests run in Node itself (run-file.js).
import { ModuleMocker } from 'jest-mock'

export default class Environment {
  global = {}
  moduleMocker = new ModuleMocker(globalThis)

  getVmContext() {
    return null
  }

  setup() {
    // Nothing to make.
  }

  teardown() {
    // Nothing to take down.
  }
}
