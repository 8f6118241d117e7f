// Forms that were open while somebody else changed the same thing: what was left alone keeps what the other made of it.
import type { Form } from '../middleware/form.js'

const prefix = 'was.'
const spelled = (text = ''): string => text.replaceAll('\r\n', '\n').trim()

/** What a form began with, as its page hands it on: what there is, or, of a form that failed, what it began with first. */
export const begunWith = (current: Form, failed: Form | undefined): Form =>
  (failed ? Object.fromEntries(Object.entries(failed).filter(([name]) => name.startsWith(prefix)).map(([name, value]) => [name.slice(prefix.length), value])) : current)

/** Lays a form over what there is now: a field that is as it was when the form was opened does not count. */
export const laidOver = (form: Form, current: Form): Form => ({
  ...form, ...Object.fromEntries(Object.entries(current).filter(([name]) => form[prefix + name] !== undefined && spelled(form[prefix + name]) === spelled(form[name]))),
})
