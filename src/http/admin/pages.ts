// Which addresses are pages of the administration: what a link through the portal may lead to.

const page = /^\/admin(?:$|[/?])[\w\-./~%?&=+:@,]*$/

/** The page that a link asks for; undefined for anything that is none of ours. */
export const adminPage = (destination: string | undefined): string | undefined =>
  (destination !== undefined && page.test(destination) && !destination.includes('..') && !destination.includes('//') ? destination : undefined)
