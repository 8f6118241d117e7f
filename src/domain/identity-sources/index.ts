// Identity sources: who outside may vouch for people, and what becomes of somebody whom one has vouched for. It owns the
// sources, the certificates they sign with, the links between their subjects and the people here, and the way in of somebody
// new, and tests of all that, by which nobody comes in; proving what a source says is for federation, and what somebody may do once they are in is nobody's business here.
export { Admission, type AdmissionOptions, type Admitted } from './admission.js'
export { CertificateWarnings } from './certificate-warnings.js'
export { beginning, mostCertificates, SourceCertificates, type CertificateState, type SourceCertificate } from './certificates.js'
export { planSync, runSync, type Listed, type SyncInput, type SyncOptions, type SyncPlan } from './directory-sync.js'
export { KeyTurns, type GivenMetadata } from './key-turns.js'
export { Links, type Link, type LinkRow } from './links.js'
export { DeletedSources } from './deleted-sources.js'
export { SourceLogouts, type SessionThere, type SingleLogout } from './logouts.js'
export { MetadataFetches, type MetadataFetch } from './metadata-fetches.js'
export { MetadataRefresh } from './metadata-refresh.js'
export type { MetadataChange } from './metadata-taking.js'
export { OidcWay } from './oidc-way.js'
export { PasswordWay, type DirectorySource } from './password-way.js'
export { SamlWay, type SamlPlace } from './saml-way.js'
export { domainOf, profileOf, type Mapping, type MappedProfile } from './mapping.js'
export {
  IdentitySources, mostSources, sourceSealer, type IdentitySource, type NewIdentitySource, type Provisioning, type SecondStep, type SourceKind,
} from './sources.js'
export { SourceSyncs, type SourceSync, type SourceSyncsOptions, type SyncNumbers } from './source-syncs.js'
export { SourceTests, type ForeseenPerson, type SourceTest, type SourceTestsOptions, type Tester, type Typed } from './source-tests.js'
export { provedTwice, Ways, type Answer, type SettingOut, type Way, type WayOut } from './ways.js'
export { WaysOut } from './ways-out.js'
