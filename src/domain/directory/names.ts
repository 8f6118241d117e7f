// What people and groups may be called, and which texts can be read: the same at every door to the directory.

const reserved: ReadonlySet<string> = new Set(['administrator', 'awsadministrators'])

/** True for names that the directory keeps for itself. */
export const isReservedName = (name: string): boolean => reserved.has(name.toLowerCase())

/** Text that shows: no control characters, no marks that turn text around. */
export const readableText = /^[\p{L}\p{M}\p{S}\p{N}\p{P} \u3000]+$/u

/** The same with lines. */
export const linedText = /^[\p{L}\p{M}\p{S}\p{N}\p{P}\t\n\r \u3000]+$/u

/** The characters of a user name. */
export const userNameText = /^[\p{L}\p{M}\p{S}\p{N}\p{P}]+$/u
