// Turns whatever somebody hands over as a policy into JSON text, without trusting it: values may be cyclic, huge, or
// throw when they are touched.
import type { Faults } from './faults.js'
import { ceilings } from './limits.js'

class TooLarge extends Error {}

/** Finds the JSON text of a policy; undefined, with a fault, where there is none. */
export function textOf(source: unknown, faults: Faults): string | undefined {
  if (typeof source === 'string') return source
  try {
    const text = JSON.stringify(source, counted(), 2)
    if (typeof text === 'string') return text
  } catch (cause) {
    if (cause instanceof TooLarge) {
      faults.add({ path: '', code: 'too-large', problem: `The document has more than ${ceilings.text} characters.`, mend: 'Shorten it with wildcards, or spread it over several policies.' })
      return undefined
    }
  }
  faults.add({ path: '', code: 'not-json', problem: 'This is no value that JSON can write.', mend: 'Hand over the document as JSON text.' })
  return undefined
}

/** Ends the writing as soon as it has written more than a document may hold. */
function counted(): (key: string, value: unknown) => unknown {
  let written = 0
  return (key, value) => {
    written += key.length + 1 + (typeof value === 'string' ? value.length : 0)
    if (written > ceilings.text) throw new TooLarge()
    return value
  }
}
