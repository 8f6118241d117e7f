// Owns how a page becomes HTML: layouts, partials, views and their few helpers, compiled once.
// It does not decide what a page shows (the doors do), and it does not send anything.
export { spelledAccountId, spelledDuration } from './helpers.js'
export { openTemplates, type Templates, type TemplatesOptions } from './templates.js'
export { spelledSpan } from './helpers.js'
