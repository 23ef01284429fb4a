/** ISO 8601, UTC, of a host's seconds since 1970; undefined for none, and for what is no time. */
export const timeOfSeconds = (seconds: number | null | undefined): string | undefined => {
  if (seconds == null) return undefined;
  const time = new Date(seconds * 1000);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
};
