// Names of regions, as links to the console carry them.

/** True for what can be a region's name. */
export const isRegion = (text: string): boolean => /^[a-z]{2}(-[a-z]{1,12}){1,3}-\d{1,2}$/.test(text)
