// Pages of what is in an account, as every list has them.
export { narrowed, pageOf, pageOfAll, type NarrowedRequest, type Page, type PageRequest, type SearchRequest } from '../../platform/storage/paging.js'
