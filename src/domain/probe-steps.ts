/**
 * Of a look at a printer, in this order: an address that answers, as the kind that is wanted, with a key that it takes,
 * and its state.
 */
export const probeSteps = ['reach', 'kind', 'key', 'read'] as const;
export type ProbeStep = (typeof probeSteps)[number];

/** What did not go through, in the same order. */
export const probeCodes = ['unreachable', 'wrongKind', 'unauthorized', 'notRead'] as const;
export type ProbeCode = (typeof probeCodes)[number];
