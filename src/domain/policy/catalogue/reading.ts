// Managed policies for those who only look: at everything, at what there is but not what is in it, or at how safe it is.
import { allow, entry, gatehouseReads, of, type ManagedPolicy } from './entry.js'

/** Services whose reading actions have the usual names and give no secrets away. */
const usual = [
  'access-analyzer', 'account', 'acm', 'apigateway', 'appconfig', 'application-autoscaling', 'appsync', 'athena', 'autoscaling', 'backup', 'batch', 'cloudformation',
  'cloudfront', 'cloudtrail', 'cloudwatch', 'codebuild', 'codecommit', 'codedeploy', 'codepipeline', 'config', 'dynamodb', 'ec2', 'ecr', 'ecs', 'eks', 'elasticache',
  'elasticfilesystem', 'elasticloadbalancing', 'events', 'firehose', 'glue', 'guardduty', 'health', 'inspector2', 'kinesis', 'lambda', 'logs', 'network-firewall',
  'organizations', 'rds', 'redshift', 'resource-groups', 'route53', 'route53domains', 's3', 'securityhub', 'servicequotas', 'ses', 'sns', 'sqs', 'ssm', 'states', 'tag',
  'trustedadvisor', 'wafv2', 'xray',
]
const few = ['kms', 'secretsmanager', 'rds', 'redshift', 'ecr', 'eks']

const people = [
  ...of('iam', 'Generate*', 'Get*', 'List*', 'Simulate*'), ...of('sso', 'Describe*', 'Get*', 'List*', 'Search*'), ...of('sso-directory', 'Describe*', 'Get*', 'List*', 'Search*'),
  ...of('identitystore', 'Describe*', 'Get*', 'IsMemberInGroups', 'List*'), ...gatehouseReads, ...of('sts', 'GetAccessKeyInfo', 'GetCallerIdentity'),
]
/** Of services whose `Get` hands out credentials or secrets, what describes is enough. */
const described = few.flatMap((service) => of(service, 'Describe*', 'List*'))
const looksInto = usual.filter((service) => !few.includes(service)).flatMap((service) => of(service, 'BatchGet*', 'Describe*', 'Get*', 'List*'))
const contents = [...of('dynamodb', 'PartiQLSelect', 'Query', 'Scan'), ...of('logs', 'FilterLogEvents', 'StartQuery', 'StopQuery', 'TestMetricFilter'), ...of('ecr', 'BatchCheckLayerAvailability', 'BatchGetImage', 'GetAuthorizationToken', 'GetDownloadUrlForLayer'), ...of('sqs', 'ReceiveMessage'), ...of('kms', 'GetKeyPolicy', 'GetKeyRotationStatus', 'GetPublicKey'), 'secretsmanager:GetResourcePolicy']

const audited = [
  ...of('s3', 'GetAccelerateConfiguration', 'GetAccessPoint*', 'GetAccountPublicAccessBlock', 'GetBucket*', 'GetEncryptionConfiguration', 'GetInventoryConfiguration', 'GetLifecycleConfiguration', 'GetReplicationConfiguration'),
  ...of('kms', 'GetKeyPolicy', 'GetKeyRotationStatus'), 'secretsmanager:GetResourcePolicy', ...of('lambda', 'GetAccountSettings', 'GetFunctionConfiguration', 'GetLayerVersionPolicy', 'GetPolicy'),
  ...of('ecr', 'GetRegistryPolicy', 'GetRepositoryPolicy'), ...of('sns', 'GetTopicAttributes'), ...of('sqs', 'GetQueueAttributes'), ...of('cloudtrail', 'GetEventSelectors', 'GetInsightSelectors', 'GetTrail*'),
  ...of('config', 'BatchGetAggregateResourceConfig', 'BatchGetResourceConfig', 'Get*'), ...of('guardduty', 'Get*'), ...of('securityhub', 'Get*'), ...of('access-analyzer', 'Get*'), ...of('account', 'Get*'),
  ...of('ec2', 'GetEbsEncryptionByDefault', 'GetManagedPrefixListEntries', 'GetTransitGatewayRouteTableAssociations'), ...of('wafv2', 'GetLoggingConfiguration', 'GetWebACL*'),
]
const onlyListed = usual.flatMap((service) => of(service, 'Describe*', 'List*'))

export const reading: readonly ManagedPolicy[] = [
  entry('/', 'ReadOnlyAccess', 'Sight of everything and of what is stored in it; the values in the store of secrets apart.', allow(people), allow(looksInto), allow(described), allow(contents)),
  entry('/', 'SecurityAudit', 'Sight of how everything is set up, as far as safety is concerned, but not of what is stored in it.', allow(people), allow([...onlyListed, ...of('kms', 'Describe*', 'List*'), ...of('secretsmanager', 'Describe*', 'List*')]), allow(audited)),
  entry('/job-function/', 'ViewOnlyAccess', 'Sight of what there is, in lists, but not of what is in it.',
    allow([...of('iam', 'GetAccountPasswordPolicy', 'GetAccountSummary', 'List*'), ...of('sso', 'Describe*', 'List*'), ...of('identitystore', 'Describe*', 'List*'), 'sts:GetCallerIdentity']), allow([...onlyListed, ...of('kms', 'Describe*', 'List*'), ...of('secretsmanager', 'List*'), 's3:GetBucketLocation', 'cloudwatch:GetMetric*'])),
]
