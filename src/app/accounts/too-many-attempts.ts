/** A log-in that is refused without a look at the password. */
export class TooManyAttempts extends Error {
  /** s until the next attempt is taken */
  readonly seconds: number;

  constructor(milliseconds: number) {
    const seconds = Math.max(1, Math.ceil(milliseconds / 1000));
    super(`Too many wrong passwords: try again in ${seconds} s.`);
    this.name = 'TooManyAttempts';
    this.seconds = seconds;
  }
}
