// Searching by words: every word that is searched for begins a word of what is found. The database keeps the words of
// names and addresses in an index of their own.

const someWord = /[^\s!-/:-@[-`{-~]/

/** A condition on a table's words, by the number of the parameter; none where nothing is searched for. */
export const matching = (search: string | undefined, parameter: number): string => (isSearching(search) ? `and words @@ words_for($${parameter}::text)` : '')

/** True for a search that has a word in it. */
export const isSearching = (search: string | undefined): search is string => search !== undefined && someWord.test(search) && !search.includes('\0')
