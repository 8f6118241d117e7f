// What `gatehouse start` prints once it serves.
import type { DemoPerson } from '../demo/people.js'
import { isLoopback, type Settings } from '../platform/config.js'
import type { Running } from '../main.js'

interface WelcomeOptions {
  running: Running
  settings: Settings
  demo: boolean
  people: DemoPerson[]
  demoUrl: string | undefined
}

/** Says where to go, who may, and how a command line gets in; or how to set up an empty store. */
export async function welcome({ running, settings, demo, people, demoUrl }: WelcomeOptions): Promise<string> {
  const { publicUrl } = settings.config
  const { origin } = publicUrl
  const keepsMail = !settings.secrets.smtpUrl && isLoopback(publicUrl.hostname)
  if (await running.app.setUp.isDue()) return setUpText(`${origin}/setup/${await running.app.setUp.invite()}`)
  return [
    '',
    `  Gatehouse is ready: ${origin}/start`,
    `  Console:            ${origin}/console, for root users and users of an account`,
    ...(keepsMail ? [`  Mail:               ${origin}/dev/mail, where it is kept and not sent`] : []),
    ...(demoUrl ? [`  Demo application:   ${demoUrl}`] : []),
    '',
    ...(people.length > 0 ? peopleText(people) : demo ? ['  The demo people have the passwords shown on the first start. To begin anew, stop and remove the data folder.', ''] : []),
    ...commandLineText(origin, await running.app.startUrl(), settings.config.region),
  ].join('\n')
}

const peopleText = (people: DemoPerson[]): string[] => [
  '  Sign in as (these passwords were made just now and are shown this once):',
  ...people.map(({ userName, password, shows }) => `    ${userName.padEnd(6)} ${password.padEnd(36)} ${shows}`),
  '',
]

const commandLineText = (origin: string, startUrl: string, region: string): string[] => [
  '  On the command line, with the AWS CLI 2 and any AWS SDK:',
  `    export AWS_ENDPOINT_URL=${origin}`,
  '    aws configure sso',
  `      session name: gatehouse   start URL: ${startUrl}`,
  `      region: ${region}   scopes: sso:account:access`,
  '    aws sts get-caller-identity --profile NAME',
  '  or with the command that comes along:',
  `    npx gatehouse login --start-url ${origin}/start`,
  '    npx gatehouse credentials --account ID --permission-set NAME',
  '',
]

const setUpText = (link: string): string => `
  Gatehouse is ready, and empty. Make the first administrator here; the link works once, for 15 minutes:

    ${link}
`
