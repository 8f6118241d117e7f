// Handlebars without its compiler; the package's own types leave this half of it undescribed.
import type Handlebars from 'handlebars'
import runtime from 'handlebars/runtime.js'

export const handlebarsRuntime = runtime as unknown as Pick<typeof Handlebars, 'create' | 'SafeString' | 'escapeExpression'>
