// Tells the organization that the last certificate of a source ends: 60, 30, 14, 7 and 1 days before. What comes after it is
// nobody's to guess, so that a source with a later one has no need of it.
import { findOrganizationAddress } from '../federation/index.js'
import { Endings, type EndingSubject } from '../../platform/mail/index.js'

const lastCertificates: EndingSubject = {
  days: [1, 7, 14, 30, 60],
  named: 'certificates of identity sources end',
  list: (tx, after, until) => tx.query(
    `select c.source_id, c.fingerprint, c.subject, c.not_after as ends_at, c.warned_days, s.name from identity_source_certificates c join identity_sources s on s.id = c.source_id
     where s.enabled and c.state <> 'retired' and c.not_after > $1 and c.not_after <= $2
       and not exists (select from identity_source_certificates o where o.source_id = c.source_id and o.state <> 'retired' and (o.not_after, o.fingerprint) > (c.not_after, c.fingerprint))
     for update of c skip locked`, [after, until]),
  note: (tx, { source_id: source, fingerprint }, days) => tx.query('update identity_source_certificates set warned_days = $3 where source_id = $1 and fingerprint = $2', [source, fingerprint, days]),
  write: async (tx, { name, subject }, { days, endsAt }) => {
    const to = await findOrganizationAddress(tx)
    return to === undefined ? undefined : { to, template: 'source-certificate-ending', model: { name: name as string, certificate: subject as string, days, endsAt, link: '/admin/identity-sources' } }
  },
}

export class CertificateWarnings extends Endings {
  constructor(options: ConstructorParameters<typeof Endings>[1]) {
    super(lastCertificates, options)
  }
}
