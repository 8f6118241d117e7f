// Time, handed in wherever it is read, so that tests can move it.

/** Returns the current time in milliseconds since the epoch. */
export type Clock = () => number

export const systemClock: Clock = () => Date.now()

/** Turns milliseconds into whole seconds since the epoch. */
export const seconds = (milliseconds: number): number => Math.floor(milliseconds / 1000)
