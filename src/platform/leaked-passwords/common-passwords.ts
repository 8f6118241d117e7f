// The passwords most often found in leaks, as they are and in the usual disguises: capitals, digits and
// signs at an end, digits that look like letters. The words are read when they are first needed.

const shortestWord = 4
/** Digits and signs at both ends together; with more, they are most of the password. */
const longestTrimmings = 5
const lookalikes: Record<string, string> = { '0': 'o', '1': 'i', '3': 'e', '4': 'a', '5': 's', '7': 't', '@': 'a', $: 's', '!': 'i' }

export class CommonPasswords {
  #words: Promise<ReadonlySet<string>> | undefined

  /** True for a password that is in the list, or only disguises one that is. */
  async has(plain: string): Promise<boolean> {
    const words = await (this.#words ??= readWords())
    return formsOf(plain.normalize('NFKC').toLowerCase()).some((form) => words.has(form))
  }
}

function formsOf(lower: string): string[] {
  const bare = lower.replace(/^[^\p{L}]+/u, '').replace(/[^\p{L}]+$/u, '')
  // A sign at the end may be a disguised letter, or just a sign.
  const trimmed = lower.replace(/[^\p{L}\p{N}]+$/u, '')
  const forms = [lower, trimmed, plainLetters(lower), plainLetters(trimmed)]
  if (bare.length >= shortestWord && lower.length - bare.length <= longestTrimmings) forms.push(bare, plainLetters(bare))
  return forms
}

const plainLetters = (text: string): string => [...text].map((character) => lookalikes[character] ?? character).join('')

async function readWords(): Promise<ReadonlySet<string>> {
  // Under its default name it is found in the bundle as well, where this part stands in a file of its own.
  const { default: { dictionary } } = await import('@zxcvbn-ts/language-common')
  return new Set(Object.values(dictionary['passwords-common'] ?? {}).map(String))
}
