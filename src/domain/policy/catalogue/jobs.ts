// Managed policies by the work that somebody does, and those for all of one service that permission sets name most.
import { all, allow, entry, of, passRole, type ManagedPolicy } from './entry.js'

const path = '/job-function/'
const watching = [...of('cloudwatch', 'DeleteAlarms', 'Describe*', 'Get*', 'List*', 'PutMetricAlarm'), ...of('logs', 'Describe*', 'FilterLogEvents', 'Get*'), ...of('sns', 'CreateTopic', 'List*', 'Get*', 'Set*', 'Subscribe', 'Unsubscribe')]
const roleSight = of('iam', 'GetRole', 'ListRoles')

const byWork: readonly ManagedPolicy[] = [
  entry(path, 'Billing', 'Bills, budgets, payments and taxes.',
    allow(['account:GetAccountInformation', ...all('aws-portal', 'billing', 'budgets', 'ce', 'consolidatedbilling', 'cur', 'freetier', 'invoicing', 'payments', 'pricing', 'purchase-orders', 'savingsplans', 'sustainability', 'tax')])),
  entry(path, 'DatabaseAdministrator', 'Databases: making, tuning, watching and mending them.',
    allow([...all('dynamodb', 'elasticache', 'rds', 'redshift', 'dms'), ...watching, ...of('ec2', 'Describe*'), ...roleSight, ...of('kms', 'Describe*', 'List*'), ...of('lambda', 'AddPermission', 'CreateEventSourceMapping', 'CreateFunction', 'Get*', 'List*'), ...of('s3', 'GetObject*', 'ListBucket*', 'CreateBucket')]),
    passRole(['arn:aws:iam::*:role/rds-*', 'arn:aws:iam::*:role/redshift-*', 'arn:aws:iam::*:role/lambda_*'], 'rds', 'redshift', 'lambda', 'monitoring.rds')),
  entry(path, 'DataScientist', 'Data and models: queries, clusters and notebooks.',
    allow([...all('athena', 'elasticmapreduce', 'firehose', 'glue', 'kinesis', 'machinelearning', 'sagemaker', 's3', 'dynamodb', 'redshift-data'), ...watching, ...of('ec2', 'Describe*', 'RunInstances', 'TerminateInstances', 'RequestSpotInstances', 'CancelSpotInstanceRequests', 'CreateTags'), ...roleSight, ...of('iam', 'ListInstanceProfiles')]),
    passRole(['arn:aws:iam::*:role/EMR_*', 'arn:aws:iam::*:role/DataPipelineDefault*', 'arn:aws:iam::*:role/kinesis-*', 'arn:aws:iam::*:role/service-role/AmazonSageMaker-*'], 'ec2', 'elasticmapreduce', 'firehose', 'sagemaker')),
  entry(path, 'NetworkAdministrator', 'Networks: addresses, routes, gateways, balancers and names.',
    allow([...all('autoscaling', 'cloudfront', 'directconnect', 'elasticloadbalancing', 'globalaccelerator', 'network-firewall', 'networkmanager', 'route53', 'route53domains', 'route53resolver'), ...watching, ...roleSight,
      ...of('ec2', '*Address*', '*Connection*', '*Endpoint*', '*FlowLog*', '*Gateway*', '*Internet*', '*Network*', '*PrefixList*', '*Route*', '*SecurityGroup*', '*Subnet*', '*Vpc*', '*Vpn*', '*DhcpOptions', 'CreateTags', 'DeleteTags', 'Describe*')]),
    passRole('arn:aws:iam::*:role/flow-logs-*', 'vpc-flow-logs')),
  entry(path, 'SystemAdministrator', 'Machines and what they need: starting, stopping, watching and mending them.',
    allow([...all('autoscaling', 'cloudformation', 'cloudtrail', 'cloudwatch', 'config', 'ec2', 'elasticloadbalancing', 'events', 'logs', 'sns', 'sqs', 'ssm', 'tag', 'trustedadvisor'),
      ...of('iam', 'GetAccountPasswordPolicy', 'GetAccountSummary', 'GetRole', 'GetRolePolicy', 'List*'), ...of('kms', 'CreateAlias', 'CreateKey', 'Describe*', 'List*'), ...of('lambda', 'Create*', 'Delete*', 'Get*', 'InvokeFunction', 'List*', 'Update*'),
      ...of('rds', 'Describe*', 'ListTagsForResource', 'RebootDBInstance', 'StartDBInstance', 'StopDBInstance'), ...of('s3', 'Get*', 'List*', 'CreateBucket', 'PutBucket*'), ...of('route53', 'Get*', 'List*')]),
    passRole(['arn:aws:iam::*:role/ec2-sysadmin-*', 'arn:aws:iam::*:role/lambda-sysadmin-*', 'arn:aws:iam::*:role/rds-monitoring-role', 'arn:aws:iam::*:role/ecr-sysadmin-*'], 'ec2', 'lambda', 'rds', 'monitoring.rds')),
  entry(path, 'SupportUser', 'Finding out what is wrong, and asking the support of the cloud.',
    allow([...all('support', 'trustedadvisor', 'health'), ...['autoscaling', 'cloudformation', 'cloudtrail', 'cloudwatch', 'config', 'dynamodb', 'ec2', 'ecs', 'eks', 'elasticache', 'elasticloadbalancing', 'events', 'rds', 'redshift', 'route53', 'sns', 'sqs', 'ssm', 'states'].flatMap((service) => of(service, 'Describe*', 'List*')),
      ...of('cloudwatch', 'Get*'), ...of('logs', 'Describe*', 'FilterLogEvents', 'Get*'), ...of('iam', 'GetAccountSummary', 'GetRole', 'GetUser', 'List*'), ...of('s3', 'GetBucket*', 'ListAllMyBuckets', 'ListBucket'), ...of('lambda', 'GetFunctionConfiguration', 'List*')])),
]

const whole = (name: string, words: string, ...services: readonly string[]): ManagedPolicy => entry('/', name, `All of ${words}.`, allow(all(...services)))
const sight = (name: string, words: string, ...services: readonly string[]): ManagedPolicy => entry('/', name, `Sight of ${words}.`, allow(services.flatMap((service) => of(service, 'Describe*', 'Get*', 'List*'))))

const byService: readonly ManagedPolicy[] = [
  whole('AmazonS3FullAccess', 'object storage', 's3', 's3-object-lambda'),
  sight('AmazonS3ReadOnlyAccess', 'object storage and its contents', 's3', 's3-object-lambda'),
  whole('AmazonEC2FullAccess', 'virtual machines, their balancers and alarms', 'ec2', 'elasticloadbalancing', 'cloudwatch', 'autoscaling'),
  sight('AmazonEC2ReadOnlyAccess', 'virtual machines, their balancers and alarms', 'ec2', 'elasticloadbalancing', 'cloudwatch', 'autoscaling'),
  whole('AmazonDynamoDBFullAccess', 'key-value tables', 'dynamodb', 'dax'),
  sight('AmazonDynamoDBReadOnlyAccess', 'key-value tables', 'dynamodb', 'dax'),
  whole('AmazonRDSFullAccess', 'relational databases', 'rds'),
  entry('/', 'AmazonRDSReadOnlyAccess', 'Sight of relational databases.', allow(of('rds', 'Describe*', 'List*'))),
  whole('AmazonSNSFullAccess', 'notifications', 'sns'),
  whole('AmazonSQSFullAccess', 'queues', 'sqs'),
  whole('CloudWatchFullAccess', 'metrics, alarms and logs', 'cloudwatch', 'logs'),
  sight('CloudWatchReadOnlyAccess', 'metrics, alarms and logs', 'cloudwatch', 'logs'),
  whole('AWSCloudTrail_FullAccess', 'the record of what was done', 'cloudtrail'),
  sight('AWSCloudTrail_ReadOnlyAccess', 'the record of what was done', 'cloudtrail'),
  entry('/', 'AWSLambda_FullAccess', 'All of functions.', allow([...all('lambda'), ...roleSight, ...of('logs', 'Describe*', 'FilterLogEvents', 'Get*')]), passRole('*', 'lambda')),
  sight('AWSLambda_ReadOnlyAccess', 'functions', 'lambda'),
  entry('/', 'AWSKeyManagementServicePowerUser', 'Making keys and saying what they are for; using them is for their own policies.', allow(of('kms', 'CreateAlias', 'CreateKey', 'DeleteAlias', 'Describe*', 'GenerateRandom', 'Get*', 'List*', 'TagResource', 'UntagResource'))),
  whole('SecretsManagerReadWrite', 'stored secrets', 'secretsmanager'),
]

export const jobs: readonly ManagedPolicy[] = [...byWork, ...byService]
