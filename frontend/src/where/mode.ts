/** What is open over the place and the answer; it stands in the history, not in the address. */
export type Mode = '' | 'village' | 'map' | 'category'
