// What the operations work with.
import type { Organization } from '../../../domain/settings/index.js'
import type { MailState, QueuedMail } from '../../../platform/mail/index.js'
import type { Database } from '../../../platform/storage/database.js'
import type { SigningKeyRooms } from './signing-keys.js'

export interface SettingsRooms extends SigningKeyRooms {
  database: Pick<Database, 'transaction'>
  /** The organization as it is now. */
  currentOrganization: () => Promise<Organization>
  /** Has this node act by what was changed at once. */
  forget: () => void
  /** Who mail is from. */
  sender: () => Promise<{ name: string; address: string }>
  /** Whether mail leaves the house, or is written into a folder. */
  isMailSent: boolean
  mailState: () => Promise<MailState>
  sendMail: (mail: QueuedMail) => Promise<void>
}
