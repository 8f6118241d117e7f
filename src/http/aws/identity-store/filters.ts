// Filters of lists: at most one, by the one attribute that names what is listed.
import { list, made, optional, structure, text, type Member } from '../protocol/members.js'

/** The value that is looked for; undefined without a filter. The attribute's first letter may be small. */
export const filters = (attribute: string): Member<string | undefined> =>
  made(optional(list(structure({ AttributePath: text(1, 255), AttributeValue: text(1, 1024) }), { max: 1 })), (given, tell) => {
    const [filter] = given ?? []
    if (filter && filter.AttributePath.charAt(0).toUpperCase() + filter.AttributePath.slice(1) !== attribute) tell(`must be by ${attribute}`, '[0].AttributePath')
    return filter?.AttributeValue
  })
