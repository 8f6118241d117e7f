// Identity sources: who outside may vouch for people, and what becomes of somebody whom one has vouched for. It owns the
// sources, the certificates they sign with, the links between their subjects and the people here, and the way in of somebody
// new; proving what a source says is for federation, and what somebody may do once they are in is nobody's business here.
export { Admission, type AdmissionOptions, type Admitted } from './admission.js'
export { CertificateWarnings } from './certificate-warnings.js'
export { mostCertificates, SourceCertificates, type CertificateState, type SourceCertificate } from './certificates.js'
export { Links, type Link } from './links.js'
export { OidcWay } from './oidc-way.js'
export { SamlWay, type SamlPlace } from './saml-way.js'
export { domainOf, profileOf, type Mapping, type MappedProfile } from './mapping.js'
export {
  IdentitySources, mostSources, type IdentitySource, type NewIdentitySource, type Provisioning, type SecondStep, type SourceKind,
} from './sources.js'
export { provedTwice, Ways, type SettingOut, type Way, type WayOut } from './ways.js'
