/** ms. A client that still sends would lose an answer followed by a reset: so long we read and drop what comes. */
export const LINGER = 2000;
