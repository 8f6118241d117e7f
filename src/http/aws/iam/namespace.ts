// How IAM names itself on the wire.

export const iamVersion = '2010-05-08'
export const iamNamespace = 'https://iam.amazonaws.com/doc/2010-05-08/'
