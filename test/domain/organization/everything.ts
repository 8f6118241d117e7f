// An organization file that sets everything there is to set, and what of the database no file has, each with why.

const document = '{ Version: "2012-10-17", Statement: [{ Effect: Allow, Action: "s3:GetObject", Resource: "*" }] }'
const trust = '{ Version: "2012-10-17", Statement: [{ Effect: Allow, Principal: { AWS: "arn:aws:iam::111122223333:root" }, Action: "sts:AssumeRole" }] }'

/** The file; `metadata` is that of a SAML provider. */
export const everything = (metadata: string): string => `
organization:
  name: Everything Corp
  directoryId: d-0123456789
  portalSubdomain: everything
  startUrlAliases: [https://d-0123456789.awsapps.com/start]
  session: { portal: 10h }
  mfa: { mode: always, whenNoDevice: enroll, types: [totp] }
  instance: { name: every, tags: { team: identity } }
  accessControlAttributes: { CostCenter: "\${path:enterprise.costCenter}" }
accounts:
  - id: "111122223333"
    name: Management
    alias: every-management
    email: root@example.com
    management: true
    tags: { cost: a }
    policies:
      - { policyName: Look, path: /team/, description: Looks, document: ${document}, tags: { team: base } }
    groups:
      - { groupName: Ops, path: /ops/, policies: [arn:aws:iam::aws:policy/ReadOnlyAccess], inlinePolicies: { Own: ${document} } }
    iamUsers:
      - { userName: deploy, path: /ci/, groups: [Ops], policies: [arn:aws:iam::111122223333:policy/team/Look], inlinePolicies: { Own: ${document} }, permissionsBoundary: arn:aws:iam::111122223333:policy/team/Look, tags: { team: build } }
    roles:
      - { roleName: Build, path: /ci/, description: Builds, trustPolicy: ${trust}, maxSessionDuration: 2h, policies: [arn:aws:iam::aws:policy/ReadOnlyAccess], permissionsBoundary: arn:aws:iam::aws:policy/ReadOnlyAccess, tags: { team: build } }
    identityProviders:
      - oidc: { url: https://token.example.com, clientIds: [sts.amazonaws.com], thumbprints: ["${'ab'.repeat(20)}"], tags: { team: ci } }
      - saml: { name: corp, metadata: ${JSON.stringify(metadata)} }
  - { id: "444455556666", name: Shop, email: shop@example.com }
users:
  - userName: jane
    displayName: Jane Doe
    name: { givenName: Jane, familyName: Doe, middleName: Q }
    emails: [{ value: jane@example.com, primary: true, type: work }]
    active: false
    title: Pilot
    enterprise: { costCenter: "007" }
    externalIds: [{ issuer: https://hr.example.com, id: "4711" }]
    identities: [{ source: Corporate, subject: "u/1" }, { source: Partner, subject: jane@partner.example.com, groups: [Pilots] }]
  - { userName: sam, displayName: Sam, emails: [{ value: sam@example.com }] }
groups:
  - { displayName: Pilots, description: Who fly, externalIds: [{ issuer: scim, id: g-1 }], members: [jane, { group: Crew }] }
  - { displayName: Crew, members: [sam] }
permissionSets:
  - name: Fly
    description: Flies
    sessionDuration: 4h
    relayState: https://console.example.com/fly
    managedPolicies: [arn:aws:iam::aws:policy/ReadOnlyAccess]
    customerManagedPolicies: [/team/Look]
    inlinePolicy: ${document}
    permissionsBoundary: /team/Look
    tags: { team: air }
    requestable: { approvers: [Pilots], longest: 8h, approvals: 2, accounts: ["444455556666"], requesters: [Crew], reasonRequired: false }
  - { name: Look, requestable: { approvers: [Crew], longest: 1h } }
assignments:
  - { account: "111122223333", permissionSet: Fly, group: Pilots }
  - { account: "444455556666", permissionSet: Fly, user: sam }
trustedTokenIssuers:
  - { name: corp, issuerUrl: https://idp.example.com, claim: email, attribute: emails.value, tags: { team: x } }
applications:
  - name: Wiki
    description: Knows
    startUrl: https://wiki.example.com/
    icon: data:image/svg+xml;base64,${Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><rect width="10" height="10"/></svg>').toString('base64')}
    oidc: { client_id: wiki, client_secret: "\${WIKI_CLIENT_SECRET}", redirect_uris: [https://wiki.example.com/callback], client_name: The Wiki }
    enabled: false
    visible: false
    assignmentRequired: false
    backgroundSessions: true
    signInOrigin: APPLICATION
    accessScopes: { "redshift:connect": ["arn:aws:redshift:us-east-1:111122223333:namespace/one"] }
    authenticationMethods: { iam: { actorPolicy: { Version: "2012-10-17", Statement: [{ Effect: Allow, Principal: { AWS: "arn:aws:iam::111122223333:root" }, Action: "sso-oauth:CreateTokenWithIAM", Resource: "*" }] } } }
    grants: { jwtBearer: [{ issuer: corp, audiences: [data] }], tokenExchange: true }
    tags: { team: docs }
    assignedTo: [{ group: Pilots }, { user: sam }]
  - { name: Data, provider: custom-saml }
identitySources:
  - name: Corporate
    enabled: false
    button: false
    domains: [example.com, corp.example.com]
    secondStep: theirs
    oidc:
      issuer: https://idp.example.com/tenant
      client_id: gatehouse
      client_secret: "\${CORPORATE_SOURCE_SECRET}"
      scopes: [profile, groups]
      token_endpoint_auth_method: client_secret_post
      attributes: { userName: upn, groups: roles }
      provisioning: { create: false, update: false, match: email, administrators: true, groups: { admins: Crew } }
  - name: Partner
    saml: { metadata: ${JSON.stringify(metadata)}, metadataUrl: https://idp.example.com/metadata, nameIdFormat: "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent", provisioning: { groups: same-name } }
settings:
  passwordPolicy: { style: kinds, minimumLength: 12, maximumLength: 100, requireOther: false, history: 5 }
  accountCreation: true
  localSignIn: administrators
  mail: { from: no-reply@example.com }
  profile: { emailChange: false }
  federation: { destinations: [https://console.example.com/] }
  networks: { portal: [203.0.113.0/24] }
  branding: { accent: "#1d665a" }
savedViews:
  - { name: Failures, filters: { outcome: Failure, eventName: CreateUser, startTime: "2026-01-01T10:00" } }
`

const lives = 'it comes from use, and is nothing that anybody configured'
const secret = 'it is a secret of whoever has it, which only they can make again'
const upkeep = 'it is how Gatehouse keeps its own house'
const trail = 'it is the audit trail, which is exported by itself'

/** Tables of which no file has anything. */
export const tablesBeside: Readonly<Record<string, string>> = {
  access_answers: lives, access_grant_sessions: lives, access_grants: lives, access_requests: lives, account_requests: lives, assignment_jobs: lives, assignment_requests: lives, portal_marks: 'each person sets their own',
  deleted_users: 'who was deleted comes back by restoring', logout_notices: upkeep, mails: upkeep, mailed_links: lives, verified_addresses: lives, credential_revocations: lives,
  passwords: secret, password_history: secret, authenticator_apps: secret, recovery_codes: secret, trusted_browsers: secret, passkeys: secret, passkey_handles: secret, iam_access_keys: secret, iam_mfa_devices: secret, provisioning_tokens: secret,
  signing_keys: upkeep, audit_keys: trail, audit_checkpoints: trail, audit_events: trail, audit_streams: trail, audit_verifications: trail, ephemeral: upkeep, ephemeral_lists: upkeep, ephemeral_counters: upkeep, migrations: upkeep,
  saml_keys: upkeep, identity_source_fetches: upkeep, identity_source_syncs: upkeep, deleted_sources: upkeep, application_callers: upkeep, key_set_fetches: upkeep,
  iam_credential_reports: 'it is made when it is asked for',
  iam_instance_profiles: 'machines outside belong to it, which are not of the organization', iam_password_policies: 'the administrators of each account set their own',
}

const stamp = 'it says when, or by whom, and begins anew where the file is applied'
const counts = 'it is a number of our own, made anew'
const index = 'the database makes it of the other columns'

/** Columns of the other tables that no file has. */
export const columnsBeside: Readonly<Record<string, string>> = {
  'accounts.created_at': stamp, 'applications.created_at': stamp, 'applications.client_secret_hash': 'the file has a reference to the secret', 'applications.secret_made_at': stamp, 'applications.old_secret_hash': secret,
  'applications.old_secret_made_at': stamp, 'applications.old_secret_ends_at': stamp, 'applications.client_token': lives, 'assignments.id': counts, 'assignments.created_at': stamp,
  'group_members.id': counts, 'group_members.created_at': stamp, 'group_members.created_by': stamp, 'groups.created_at': stamp, 'groups.created_by': stamp, 'groups.updated_at': stamp, 'groups.updated_by': stamp, 'groups.words': index,
  'iam_entities.created_at': stamp, 'iam_entities.password_last_used': lives, 'iam_entities.last_used_at': lives, 'iam_entities.last_used_region': lives,
  'iam_policies.created_at': stamp, 'iam_policies.updated_at': stamp, 'iam_policies.default_version': counts, 'iam_policies.latest_version': counts, 'iam_policy_versions.version': counts, 'iam_policy_versions.created_at': stamp,
  'identity_sources.created_at': stamp, 'identity_sources.updated_at': stamp, 'identity_sources.updated_by': stamp, 'identity_sources.secret': 'the file has a reference to the secret', 'identity_links.linked_at': stamp, 'identity_links.linked_by': stamp, 'identity_links.used_at': lives, 'identity_links.disabled_at': lives, 'identity_links.lost_at': lives,
  'identity_source_certificates.added_at': stamp, 'identity_source_certificates.added_by': stamp, 'identity_source_certificates.first_used_at': lives, 'identity_source_certificates.last_used_at': lives, 'identity_source_certificates.warned_days': lives,
  'iam_identity_providers.created_at': stamp, 'iam_identity_providers.valid_until': 'it is read from the metadata', 'organization.created_at': stamp, 'organization.singleton': upkeep, 'identity_sources.metadata_given_at': lives,
  'permission_sets.created_at': stamp, 'saved_views.folded': 'it is made of the name', 'saved_views.saved_by': stamp, 'saved_views.saved_at': stamp, 'trusted_token_issuers.created_at': stamp, 'trusted_token_issuers.client_token': lives,
  'users.created_at': stamp, 'users.updated_at': stamp, 'users.created_by': stamp, 'users.updated_by': stamp, 'users.words': index,
}
