// Looks into values whose shape is not checked yet, so that one fault in a file does not hide others.

export const field = (value: unknown, key: string): unknown => (typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined)

export const listIn = (value: unknown, key: string): unknown[] => {
  const list = field(value, key)
  return Array.isArray(list) ? list : []
}

export const textIn = (value: unknown, key: string): string | undefined => {
  const text = field(value, key)
  return typeof text === 'string' && text !== '' ? text : undefined
}

/** True where a key is written with something behind it. */
export const has = (value: unknown, key: string): boolean => field(value, key) != null

/** Names are compared as the directory does: whatever their case. */
export const fold = (name: string): string => name.toLowerCase()
