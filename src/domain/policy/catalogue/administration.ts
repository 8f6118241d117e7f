// Managed policies for those who run an account or an organization, and for what a user does to its own credentials.
import { all, allow, entry, gatehouseReads, of, type ManagedPolicy } from './entry.js'

const self = 'arn:aws:iam::*:user/${aws:username}'
const iamReads = of('iam', 'Generate*', 'Get*', 'List*', 'Simulate*')
const organizationReads = of('organizations', 'Describe*', 'List*')
const ssoReads = of('sso', 'Describe*', 'Get*', 'List*', 'Search*')
const directoryReads = [...of('sso-directory', 'Describe*', 'Get*', 'List*', 'Search*'), ...of('identitystore', 'Describe*', 'Get*', 'IsMemberInGroups', 'List*')]

export const administration: readonly ManagedPolicy[] = [
  entry('/', 'AdministratorAccess', 'Everything, everywhere in the account.', allow('*')),
  entry('/', 'AWSDenyAll', 'Nothing at all, whatever other policies allow.', { Effect: 'Deny', Action: '*', Resource: '*' }),
  entry('/', 'PowerUserAccess', 'Everything but users, roles, policies, the account and the organization.',
    { Effect: 'Allow', NotAction: all('iam', 'organizations', 'account'), Resource: '*' },
    allow([...of('iam', 'CreateServiceLinkedRole', 'DeleteServiceLinkedRole', 'ListRoles'), 'organizations:DescribeOrganization', ...of('account', 'GetAccountInformation', 'GetPrimaryEmail', 'ListRegions')])),
  entry('/', 'IAMFullAccess', 'All of users, groups, roles and policies, with sight of the organization.',
    allow(['iam:*', ...of('organizations', 'DescribeAccount', 'DescribeOrganization', 'DescribeOrganizationalUnit', 'DescribePolicy', 'ListChildren', 'ListParents', 'ListPolicies', 'ListPoliciesForTarget', 'ListRoots', 'ListTargetsForPolicy')])),
  entry('/', 'IAMReadOnlyAccess', 'Sight of users, groups, roles and policies, and trying policies out.', allow(iamReads)),
  entry('/', 'IAMUserChangePassword', 'A user changes its own password.', allow('iam:ChangePassword', self), allow('iam:GetAccountPasswordPolicy')),
  entry('/', 'IAMSelfManageServiceSpecificCredentials', 'A user keeps its own passwords for single services.',
    allow(of('iam', 'CreateServiceSpecificCredential', 'DeleteServiceSpecificCredential', 'ListServiceSpecificCredentials', 'ResetServiceSpecificCredential', 'UpdateServiceSpecificCredential'), self)),
  entry('/', 'IAMUserSSHKeys', 'A user keeps its own SSH keys.',
    allow(of('iam', 'DeleteSSHPublicKey', 'GetSSHPublicKey', 'ListSSHPublicKeys', 'UpdateSSHPublicKey', 'UploadSSHPublicKey'), self)),
  entry('/', 'IAMAccessAdvisorReadOnly', 'Sight of which services were used, and when.',
    allow([...of('iam', 'GenerateOrganizationsAccessReport', 'GenerateServiceLastAccessedDetails', 'GetAccountAuthorizationDetails', 'GetGroup', 'GetGroupPolicy', 'GetOrganizationsAccessReport', 'GetPolicy', 'GetPolicyVersion', 'GetRole', 'GetRolePolicy', 'GetServiceLastAccessedDetails*', 'GetUser', 'GetUserPolicy', 'List*'), ...organizationReads])),
  entry('/', 'IAMAccessAnalyzerReadOnlyAccess', 'Sight of what was found about access from outside.', allow(of('access-analyzer', 'Check*', 'Get*', 'List*', 'Validate*'))),
  entry('/', 'AWSOrganizationsFullAccess', 'All of the organization, its accounts and their contacts.',
    allow(['organizations:*', ...of('account', 'DeleteAlternateContact', 'DisableRegion', 'EnableRegion', 'Get*', 'ListRegions', 'Put*')]),
    { ...allow('iam:CreateServiceLinkedRole'), Condition: { StringEquals: { 'iam:AWSServiceName': 'organizations.amazonaws.com' } } }),
  entry('/', 'AWSOrganizationsReadOnlyAccess', 'Sight of the organization and its accounts.', allow([...organizationReads, ...of('account', 'Get*', 'ListRegions')])),
  entry('/', 'AWSAccountManagementFullAccess', 'All of the account itself: contacts, regions, names.', allow('account:*')),
  entry('/', 'AWSAccountManagementReadOnlyAccess', 'Sight of the account itself.', allow(of('account', 'Get*', 'List*'))),
  entry('/', 'AWSSSOReadOnly', 'Sight of the portal: permission sets, assignments, applications, people.',
    allow([...ssoReads, ...directoryReads, ...gatehouseReads, ...organizationReads, 'iam:ListPolicies', ...of('ds', 'DescribeDirectories', 'DescribeTrusts')])),
  entry('/', 'AWSSSOMasterAccountAdministrator', 'All of the portal, from the account that manages the organization.',
    allow(['sso:*', ...all('gatehouse', 'sso-directory', 'identitystore', 'identitystore-auth'), ...organizationReads, ...of('organizations', 'DeregisterDelegatedAdministrator', 'EnableAWSServiceAccess', 'RegisterDelegatedAdministrator'),
      'iam:ListPolicies', 'signin:*', ...of('ds', 'AuthorizeApplication', 'CreateAlias', 'DescribeDirectories', 'DescribeTrusts', 'UnauthorizeApplication')]),
    { ...allow('iam:CreateServiceLinkedRole', 'arn:aws:iam::*:role/aws-service-role/sso.amazonaws.com/AWSServiceRoleForSSO'), Condition: { StringEquals: { 'iam:AWSServiceName': 'sso.amazonaws.com' } } },
    { ...allow(of('iam', 'CreateRole', 'DeleteRole', 'DetachRolePolicy', 'GetRole', 'ListAttachedRolePolicies', 'ListRolePolicies', 'PutRolePolicy', 'UpdateAssumeRolePolicy'), 'arn:aws:iam::*:role/aws-reserved/sso.amazonaws.com/*') }),
  entry('/', 'AWSSSOMemberAccountAdministrator', 'All of the portal, from an account that it was delegated to.',
    allow(['sso:*', ...all('gatehouse', 'sso-directory', 'identitystore', 'identitystore-auth'), ...organizationReads, 'iam:ListPolicies'])),
  entry('/', 'AWSSSODirectoryAdministrator', 'All of the people and groups of the portal.', allow([...all('sso-directory', 'identitystore', 'identitystore-auth'), 'sso:ListDirectoryAssociations'])),
  entry('/', 'AWSSSODirectoryReadOnly', 'Sight of the people and groups of the portal.', allow([...directoryReads, 'sso:ListDirectoryAssociations'])),
  entry('/', 'AWSBillingReadOnlyAccess', 'Sight of bills, budgets and payments.',
    allow(['account:GetAccountInformation', ...['billing', 'budgets', 'ce', 'consolidatedbilling', 'cur', 'freetier', 'invoicing', 'payments', 'pricing', 'purchase-orders', 'sustainability', 'tax'].flatMap((service) => of(service, 'Describe*', 'Get*', 'List*', 'View*'))])),
  entry('/', 'AWSSupportAccess', 'Asking the support of the cloud, and reading its answers.', allow(all('support', 'supportplans', 'trustedadvisor'))),
]

/** What a session over a member account's root user may be narrowed to. */
export const rootTasks: readonly ManagedPolicy[] = [
  entry('/root-task/', 'IAMAuditRootUserCredentials', 'Sight of the credentials that a root user has.',
    allow(of('iam', 'GetAccessKeyLastUsed', 'GetAccountSummary', 'GetLoginProfile', 'GetUser', 'ListAccessKeys', 'ListMFADevices', 'ListSigningCertificates'))),
  entry('/root-task/', 'IAMCreateRootUserPassword', 'Lets a root user have a password again.', allow(of('iam', 'CreateLoginProfile', 'GetLoginProfile'))),
  entry('/root-task/', 'IAMDeleteRootUserCredentials', 'Takes the credentials of a root user away.',
    allow(of('iam', 'DeactivateMFADevice', 'DeleteAccessKey', 'DeleteLoginProfile', 'DeleteSigningCertificate', 'DeleteVirtualMFADevice', 'GetLoginProfile', 'GetUser', 'ListAccessKeys', 'ListMFADevices', 'ListSigningCertificates'))),
  entry('/root-task/', 'S3UnlockBucketPolicy', 'Mends the policy of a bucket that lets nobody in.', allow(of('s3', 'DeleteBucketPolicy', 'GetBucketPolicy', 'ListAllMyBuckets', 'PutBucketPolicy'))),
  entry('/root-task/', 'SQSUnlockQueuePolicy', 'Mends the policy of a queue that lets nobody in.', allow(of('sqs', 'GetQueueAttributes', 'GetQueueUrl', 'ListQueues', 'SetQueueAttributes'))),
]
