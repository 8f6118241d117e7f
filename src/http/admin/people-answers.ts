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

export interface SessionAnswer {
  SourceIPAddress?: string
  UserAgent?: string
  StartedAt: number
  ExpiresAt: number
}

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
