// The way by OpenID Connect: each source has a redirect address of its own, so that no provider's answer is taken for another's.
import type { ExternalIdentity, ExternalSteps, OidcKept, OidcRelyingParty } from '../federation/index.js'
import type { IdentitySource, IdentitySources } from './sources.js'
import type { Answer, SettingOut, Way, WayOut } from './ways.js'

interface OidcWayOptions {
  party: Pick<OidcRelyingParty, 'begin' | 'finish' | 'forget'>
  sources: Pick<IdentitySources, 'secretOf'>
  /** Where a source's provider sends people back to. */
  answersTo: (sourceId: string) => string
}

export class OidcWay implements Way {
  constructor(private readonly options: OidcWayOptions) {}

  async begin(source: IdentitySource, { again, loginHint, isTest }: SettingOut, steps: ExternalSteps): Promise<WayOut> {
    const { party, sources, answersTo } = this.options
    const request = { secret: await sources.secretOf(source.id), redirectUri: answersTo(source.id), ...(loginHint !== undefined && { loginHint }), ...(again && { prompt: 'login', maxAge: 0 }) }
    if (isTest) party.forget(connectionOf(source))
    const { url, keep } = await party.begin(connectionOf(source), request, steps)
    return { url: url.href, handle: keep.state, keep }
  }

  async finish(source: IdentitySource, { keep, params }: Answer, steps: ExternalSteps): Promise<ExternalIdentity> {
    const callback = new URL(this.options.answersTo(source.id))
    callback.search = new URLSearchParams(params).toString()
    return this.options.party.finish(connectionOf(source), { secret: await this.options.sources.secretOf(source.id), keep: keep as OidcKept, callback }, steps)
  }
}

function connectionOf(source: IdentitySource) {
  if (source.kind !== 'oidc') throw new Error(`a source of the kind ${source.kind} does not speak OpenID Connect`)
  return source.connection
}
