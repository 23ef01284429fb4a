/** Notes the prints that come to their end, each once. */
export const createEnds = (started: readonly string[]) => {
  const finished: string[] = [];
  let noted = 0;
  return {
    finished,
    /** The latest print is over, and went well. */
    note(): void {
      const last = started.at(-1);
      if (last === undefined || noted === started.length) return;
      noted = started.length;
      finished.push(last);
    },
  };
};
