// The way by SAML: a signed request out, and a response back to an address that the source has to itself. Which of the source's
// certificates proved it is noted: a next one that does takes over.
import { newSecret } from '../../platform/ids.js'
import type { ExternalIdentity, ExternalStep, ExternalSteps, SamlServiceProvider } from '../federation/index.js'
import type { SourceCertificates } from './certificates.js'
import type { IdentitySource } from './sources.js'
import type { Answer, SettingOut, Way, WayOut } from './ways.js'

/** What we are called towards a source, and where its messages come. */
export interface SamlPlace {
  entityId: string
  acs: string
  slo: string
}

interface SamlWayOptions {
  provider: Pick<SamlServiceProvider, 'begin' | 'finish'>
  certificates: Pick<SourceCertificates, 'accepted' | 'noteUse'>
  placeOf: (sourceId: string) => SamlPlace
  /** Tells of what is to be mended before it hurts. */
  warn: (source: IdentitySource, warnings: readonly ExternalStep[]) => void
  /** Tells that a certificate took over by itself. */
  tookOver: (source: IdentitySource, fingerprint: string) => Promise<void>
}

export class SamlWay implements Way {
  constructor(private readonly options: SamlWayOptions) {}

  async begin(source: IdentitySource, { again }: SettingOut, steps: ExternalSteps): Promise<WayOut> {
    const { provider, placeOf } = this.options
    const handle = newSecret()
    const { requestId, outbound } = await provider.begin(connectionOf(source), { ...placeOf(source.id), relayState: handle, forceAuthn: again }, steps)
    return { handle, keep: requestId, ...(outbound.binding === 'post' ? { url: outbound.action, fields: outbound.fields } : { url: outbound.location }) }
  }

  async finish(source: IdentitySource, { keep, params, isTest }: Answer, steps: ExternalSteps): Promise<ExternalIdentity> {
    const { provider, certificates, placeOf, tookOver, warn } = this.options
    const { entityId, acs } = placeOf(source.id)
    const { identity, fingerprint, warnings } = await provider.finish(connectionOf(source), {
      base64: params.SAMLResponse ?? '', requestId: keep === undefined ? undefined : String(keep), certificates: await certificates.accepted(source.id), audience: entityId, recipient: acs,
    }, steps)
    if (!isTest && await certificates.noteUse(source.id, fingerprint)) await tookOver(source, fingerprint)
    if (!isTest && warnings.length > 0) warn(source, warnings)
    return identity
  }
}

function connectionOf(source: IdentitySource) {
  if (source.kind !== 'saml') throw new Error(`a source of the kind ${source.kind} does not speak SAML`)
  return source.connection
}
