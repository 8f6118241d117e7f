// How Organizations says no: its own names of what JSON 1.1 services refuse.
import { AwsError, json11With, type Language } from '../protocol/errors.js'

const plain = json11With({
  'invalid-input': ['InvalidInputException', 400],
  'too-large': ['InvalidInputException', 400],
  'not-found': ['AccountNotFoundException', 400],
  'limit-exceeded': ['ConstraintViolationException', 400],
  'policy-malformed': ['InvalidInputException', 400],
  'too-many-attempts': ['TooManyRequestsException', 400],
  'busy': ['TooManyRequestsException', 400],
})

export const organizationsLanguage: Language = {
  ...plain,
  renames: { ...plain.renames, ValidationException: ['InvalidInputException', 400], SerializationException: ['InvalidInputException', 400] },
  failure: ['ServiceException', 500],
}

export const refused = (code: string, message: string, members: Record<string, string> = {}): AwsError => new AwsError(code, 400, message, 'Sender', members)
