// What the directory answers, as far as pages read it.

export interface UserAnswer {
  UserId: string
  UserName: string
  DisplayName: string
  Name?: { GivenName?: string; FamilyName?: string }
  Emails?: { Value: string; Type?: string; Primary?: boolean }[]
  PhoneNumbers?: { Value: string; Type?: string; Primary?: boolean }[]
  Title?: string
  Timezone?: string
  PreferredLanguage?: string
  Extensions?: { 'aws:identitystore:enterprise'?: { department?: string; employeeNumber?: string } }
  ExternalIds?: { Issuer: string; Id: string }[]
  UserStatus: 'ENABLED' | 'DISABLED'
  CreatedAt: number
  CreatedBy?: string
  UpdatedAt: number
}

export interface GroupAnswer {
  GroupId: string
  DisplayName: string
  Description?: string
  CreatedAt: number
  CreatedBy?: string
}

export interface FoundGroup extends GroupAnswer {
  UserCount: number
  GroupCount: number
}

export interface GroupOfUser extends GroupAnswer {
  MembershipId?: string
  Through: { GroupId: string; DisplayName: string }[]
}

export interface MemberAnswer {
  MembershipId: string
  UserId: string
  UserName: string
  DisplayName: string
  UserStatus: 'ENABLED' | 'DISABLED'
}

export interface DeletedUserAnswer {
  UserId: string
  UserName: string
  DisplayName: string
  DeletedAt: number
  DeletedBy?: string
  GoneAt: number
}

export interface SignInAnswer {
  PasswordStatus: 'OWN' | 'ONE_TIME' | 'INVITED' | 'NONE'
  PasswordChangedAt?: number
  MfaDeviceCount: number
}

export interface DeviceAnswer {
  DeviceId: string
  DeviceName: string
  MfaType: 'TOTP' | 'WEBAUTHN'
  RegisteredDate: number
  LastUsedDate?: number
}

interface SessionTimes {
  SessionId: string
  StartedAt: number
  ExpiresAt?: number
}

interface PortalAnswer extends SessionTimes {
  Kind: 'PORTAL'
  SourceIPAddress: string
  UserAgent: string
  LastUsedAt: number
  Applications: { Name: string; IsTold: boolean }[]
}

export interface AccessAnswer extends SessionTimes {
  Kind: 'APPLICATION' | 'COMMAND_LINE'
  Name: string
  Refreshes: boolean
  StaysConnected: boolean
  InUse: boolean
  IsTold: boolean
}

export interface KeyAnswer extends SessionTimes {
  Kind: 'CONSOLE' | 'CREDENTIALS'
  AccountId?: string
  AccountName?: string
  Role?: string
  SessionName?: string
  SourceIPAddress?: string
  UserAgent?: string
  MadeWith?: string
}

export type SessionAnswer = PortalAnswer | AccessAnswer | KeyAnswer

export interface RoleAnswer {
  AccountId: string
  AccountName: string
  PermissionSetArn: string
  PermissionSetName: string
  PrincipalType: 'USER' | 'GROUP'
  PrincipalId: string
}

export interface ApplicationAnswer {
  ApplicationId: string
  ApplicationName: string
  PrincipalType: 'USER' | 'GROUP'
  PrincipalId: string
}

export const isoOf = (seconds: number): string => new Date(seconds * 1000).toISOString()

/** The address that mail goes to. */
export const mainOf = (values: readonly { Value: string; Primary?: boolean }[] = []): string | undefined => (values.find(({ Primary }) => Primary) ?? values[0])?.Value
