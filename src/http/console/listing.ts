// Lists of what is in an account, in the console's frame.
import { listModel, type Listing } from '../middleware/listing.js'
import type { ConsoleVisit } from './visit.js'

/** Shows a list. */
export async function showList<Item>({ ctx, show }: ConsoleVisit, listing: Listing<Item>): Promise<void> {
  await show('console/list', await listModel(ctx, listing))
}
