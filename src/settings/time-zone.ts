/** The zone's own name, which TZ wants exactly; undefined when it has none that TZ understands. */
export const timeZoneOf = (text: string): string | undefined => {
  try {
    const zone = new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone;
    return /^[+-]/.test(zone) ? undefined : zone;
  } catch {
    return undefined;
  }
};

/** Some machines have an offset without a name, or nothing. */
export const machineTimeZone = timeZoneOf(Intl.DateTimeFormat().resolvedOptions().timeZone ?? '') ?? 'UTC';
