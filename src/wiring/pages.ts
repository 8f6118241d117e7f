// What every page is made with.
import type { Middleware } from 'koa'
import { brands } from '../http/middleware/branding.js'
import { showError } from '../http/middleware/errors.js'
import { csrfGuard } from '../http/middleware/form.js'
import { renderer, type Render } from '../http/middleware/render.js'
import { placeFinder } from '../platform/places.js'
import type { Rooms } from './rooms.js'

/** What every page is made with. */
export interface Pages {
  csrf: Middleware
  csrfOfDocuments: Middleware
  csrfOfImports: Middleware
  csrfOfPictures: Middleware
  render: Render
  errors: Parameters<typeof showError>[2]
  placeOf: (address: string) => string | undefined
}

/** Forms with a policy or metadata in them: bytes, and characters of a field. */
const documentForms = { body: 1_500_000, field: 400_000 }

/** Forms with a table of people in them, whose commas and line ends take three bytes each. */
const importForms = { body: 6_500_000, field: 2_000_000 }

/** Forms with a picture of at most 64 kB in them, as a file or in base64. */
const pictureForms = { body: 300_000, field: 100_000, files: true }

/** Makes it. */
export function pagesOf({ settings: { config: { publicUrl }, secrets: { masterKey } }, organization, templates, log }: Rooms): Pages {
  return {
    csrf: csrfGuard({ key: masterKey.derive('csrf'), publicUrl }),
    csrfOfDocuments: csrfGuard({ key: masterKey.derive('csrf'), publicUrl, limits: documentForms }),
    csrfOfImports: csrfGuard({ key: masterKey.derive('csrf'), publicUrl, limits: importForms }),
    csrfOfPictures: csrfGuard({ key: masterKey.derive('csrf'), publicUrl, limits: pictureForms }),
    render: renderer({ templates, organization: async () => organization.latest ?? organization.get() }),
    errors: { templates, log, home: '/start/', organization: () => organization.latest, brandOf: brands() },
    placeOf: placeFinder(),
  }
}
