/** The fence: moved there, a file can be started no more, also by a request that is late. The trace stays as proof. */
export const voidName = (file: string): string => file.replace(/(\.[^.]*)?$/, '.void$1');
