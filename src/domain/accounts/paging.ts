// Pages of what is in an account, as every list has them.
export { pageOf, pageOfAll, type Page, type PageRequest, type SearchRequest } from '../../platform/storage/paging.js'
