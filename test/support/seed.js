// Where a change is judged (CI=true), made-up inputs are the same in every run; elsewhere they are new each time.
import { configureGlobal } from 'fast-check'

if (process.env.CI === 'true') configureGlobal({ seed: 20_261_121 })
