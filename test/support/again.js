// On a busy machine a page may be painted between two of its parts: what fails is tried again there, and said.
import { jest } from '@jest/globals'

if (process.env.CI) jest.retryTimes(2, { logErrorsBeforeRetry: true })
