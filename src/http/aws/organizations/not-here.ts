// What an organization that is flat and governs nothing but access cannot do. Whoever may ask is told so plainly.
import { refused } from './language.js'
import { operation, type Operations } from './operation.js'

const names = [
  'AcceptHandshake', 'AttachPolicy', 'CancelHandshake', 'CreateGovCloudAccount', 'CreateOrganization', 'CreateOrganizationalUnit', 'CreatePolicy', 'DeclineHandshake', 'DeleteOrganization',
  'DeleteOrganizationalUnit', 'DeletePolicy', 'DeleteResourcePolicy', 'DeregisterDelegatedAdministrator', 'DescribeEffectivePolicy', 'DescribeHandshake', 'DescribeResponsibilityTransfer', 'DetachPolicy',
  'DisableAWSServiceAccess', 'DisablePolicyType', 'EnableAWSServiceAccess', 'EnableAllFeatures', 'EnablePolicyType', 'InviteAccountToOrganization', 'InviteOrganizationToTransferResponsibility',
  'LeaveOrganization', 'ListAccountsWithInvalidEffectivePolicy', 'ListEffectivePolicyValidationErrors', 'ListInboundResponsibilityTransfers', 'ListOutboundResponsibilityTransfers', 'ListTargetsForPolicy',
  'MoveAccount', 'PutResourcePolicy', 'RegisterDelegatedAdministrator', 'RemoveAccountFromOrganization', 'TerminateResponsibilityTransfer', 'UpdateOrganizationalUnit', 'UpdatePolicy',
  'UpdateResponsibilityTransfer',
]

const advice: Readonly<Record<string, string>> = {
  RemoveAccountFromOrganization: 'Accounts do not leave: close the account instead.',
  MoveAccount: 'All accounts are under the one root.',
  InviteAccountToOrganization: 'Accounts are made here: create one instead.',
}

const usual = 'The organization is flat: one root, no units, policies, handshakes or delegated administrators.'

export const operationsNotHere: Operations = Object.fromEntries(names.map((name) => [name, operation({
  input: {}, run: () => { throw refused('UnsupportedAPIEndpointException', `${name} is not supported. ${advice[name] ?? usual}`) },
})]))
