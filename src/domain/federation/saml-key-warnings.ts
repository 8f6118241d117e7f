// Tells the organization that a certificate of its own for SAML ends: 60, 30, 14, 7 and 1 days before. Of each purpose there is
// one letter about the key in use; it says so where the next one ends as well, as those do that were made together.
import { Endings, type EndingSubject } from '../../platform/mail/index.js'
import { findOrganizationAddress } from './organization-address.js'
import { listSamlKeyEnds, type SamlKeyEnds } from './saml-key-ends.js'

const ownCertificates: EndingSubject = {
  days: [1, 7, 14, 30, 60],
  named: 'our own certificates for SAML end',
  list: async (tx, after, until) => {
    const soon = ({ endsAt }: { endsAt: Date }): boolean => endsAt <= until
    return (await listSamlKeyEnds(tx, { lock: true })).filter(({ current }) => current.endsAt > after && soon(current))
      .map(({ next, ...set }) => ({ ...set, next: next && soon(next) ? next : undefined, ends_at: set.current.endsAt, warned_days: set.warnedDays }))
  },
  // Who makes the next one current was told of that one's end just now.
  note: (tx, row, days) => {
    const { current, next } = row as unknown as SamlKeyEnds
    return tx.query('update saml_keys set warned_days = $2 where id = any($1)', [[current.id, ...(next ? [next.id] : [])], days])
  },
  write: async (tx, row, { days, endsAt }) => {
    const { purpose, current, next } = row as unknown as SamlKeyEnds
    const to = await findOrganizationAddress(tx)
    return to === undefined ? undefined : {
      to, template: 'own-certificate-ending',
      model: { purpose, isSigning: purpose === 'signing', certificate: current.fingerprint, next: next && { certificate: next.fingerprint, endsAt: next.endsAt.getTime() }, days, endsAt, link: '/admin/settings/keys' },
    }
  },
}

export class SamlKeyWarnings extends Endings {
  constructor(options: ConstructorParameters<typeof Endings>[1]) {
    super(ownCertificates, options)
  }
}
