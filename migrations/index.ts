// Every migration there is, by hand and in order. A released one is never edited.
import { Ephemeral1763683200001 } from './0001-ephemeral.js'
import { Organization1763683200002 } from './0002-organization.js'
import { CredentialRevocations1763683200003 } from './0003-credential-revocations.js'
import { Mails1763683200004 } from './0004-mails.js'
import { PasswordHistory1763683200005 } from './0005-password-history.js'
import { SecondFactors1763683200006 } from './0006-second-factors.js'
import { Passkeys1763683200007 } from './0007-passkeys.js'
import { SignInEvents1763683200008 } from './0008-sign-in-events.js'
import { MailedLinks1763683200009 } from './0009-mailed-links.js'
import { Iam1763683200010 } from './0010-iam.js'
import { Undoing1763683200012 } from './0012-undoing.js'
import { IssuedKeys1763683200014 } from './0014-issued-keys.js'
import { AccountEvents1763683200015 } from './0015-account-events.js'
import { AccountUpkeep1763683200016 } from './0016-account-upkeep.js'
import { Administration1763683200017 } from './0017-administration.js'
import { Directory1763683200018 } from './0018-directory.js'
import { AuditChain1763683200019 } from './0019-audit-chain.js'
import { AccessRequests1763683200020 } from './0020-access-requests.js'
import { LogoutNotices1763683200021 } from './0021-logout-notices.js'
import { EventsAbout1763683200024 } from './0024-events-about.js'
import { IssuedIn1763683200026 } from './0026-issued-in.js'
import { AssignmentJobs1763683200027 } from './0027-assignment-jobs.js'
import { ClientSecrets1763683200028 } from './0028-client-secrets.js'
import { RequestsFound1763683200029 } from './0029-requests-found.js'
import { TrailPages1763683200030 } from './0030-trail-pages.js'
import { ProvisioningTokens1763683200032 } from './0032-provisioning-tokens.js'
import { DirectoryImports1763683200033 } from './0033-directory-imports.js'
import { InTheMeantime1763683200035 } from './0035-in-the-meantime.js'
import { IdentitySources1763683200036 } from './0036-identity-sources.js'
import { SamlCertificates1763683200037 } from './0037-saml-certificates.js'
import { SourceMetadata1763683200039 } from './0039-source-metadata.js'
import { KeyRotation1763683200040 } from './0040-key-rotation.js'
import { IdentitySourceSyncs1763683200041 } from './0041-identity-source-syncs.js'
import { OwnEndings1763683200042 } from './0042-own-endings.js'
import { KeySetFetches1763683200043 } from './0043-key-set-fetches.js'
import { TracesOfSources1763683200044 } from './0044-traces-of-sources.js'
import { LostBySources1763683200045 } from './0045-lost-by-sources.js'
import { DeletedSources1763683200046 } from './0046-deleted-sources.js'

export const migrations = [
  Ephemeral1763683200001,
  Organization1763683200002,
  CredentialRevocations1763683200003,
  Mails1763683200004,
  PasswordHistory1763683200005,
  SecondFactors1763683200006,
  Passkeys1763683200007,
  SignInEvents1763683200008,
  MailedLinks1763683200009,
  Iam1763683200010,
  Undoing1763683200012,
  IssuedKeys1763683200014,
  AccountEvents1763683200015,
  AccountUpkeep1763683200016,
  Administration1763683200017,
  Directory1763683200018,
  AuditChain1763683200019,
  AccessRequests1763683200020,
  LogoutNotices1763683200021,
  EventsAbout1763683200024,
  IssuedIn1763683200026,
  AssignmentJobs1763683200027,
  ClientSecrets1763683200028,
  RequestsFound1763683200029,
  TrailPages1763683200030,
  ProvisioningTokens1763683200032,
  DirectoryImports1763683200033,
  InTheMeantime1763683200035,
  IdentitySources1763683200036,
  SamlCertificates1763683200037,
  SourceMetadata1763683200039,
  KeyRotation1763683200040,
  IdentitySourceSyncs1763683200041,
  OwnEndings1763683200042,
  KeySetFetches1763683200043,
  TracesOfSources1763683200044,
  LostBySources1763683200045,
  DeletedSources1763683200046,
]
