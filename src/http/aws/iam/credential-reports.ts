// Credential reports, as auditors read them.
import { AwsError } from '../protocol/errors.js'
import { timeOf } from './answers.js'
import { operation, type Operations } from './operation.js'

export const credentialReportOperations: Operations = {
  GenerateCredentialReport: operation({
    input: {},
    run: async ({ accountId, rooms }) => {
      await rooms.keyUses.flush()
      await rooms.credentialReports.generate(accountId)
      return { State: 'COMPLETE', Description: 'The report is of now.' }
    },
  }),
  GetCredentialReport: operation({
    input: {}, readOnly: true,
    run: async ({ accountId, rooms }) => {
      const report = await rooms.credentialReports.find(accountId)
      if (!report) throw new AwsError('ReportNotPresent', 410, 'There is no credential report. Generate one first.')
      return { Content: Buffer.from(report.content).toString('base64'), ReportFormat: 'text/csv', GeneratedTime: timeOf(report.generatedAt) }
    },
  }),
}
