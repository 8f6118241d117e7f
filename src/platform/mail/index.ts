// Owns mail: the outbox in the database, the worker that empties it, and how a letter is put together from
// our templates. It does not decide who is told what (the domain does), and it reads nobody's mail.
export { isMailAddress, isPublicAddress, masked } from './compose.js'
export { Endings, type EndingSubject } from './endings.js'
export { KeptMails, type KeptMail } from './kept-mails.js'
export type { LetterName, Letters, Happening } from './letters.js'
export { Mail, mailQueue, type MailOptions, type MailQueue, type QueuedMail } from './mail.js'
export { folderPost, smtpPost, type Post } from './posts.js'
export { mailState, type MailFault, type MailState } from './state.js'
