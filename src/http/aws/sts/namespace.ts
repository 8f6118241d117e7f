// How the security token service names itself on the wire.

export const stsVersion = '2011-06-15'
export const stsNamespace = 'https://sts.amazonaws.com/doc/2011-06-15/'
