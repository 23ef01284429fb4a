/** Looks at an upload as it streams by, with constant memory. */
export interface ContentCheck {
  /** @throws Refusal InvalidArgument as soon as the content cannot be right */
  push(chunk: Buffer): void;
  /** @throws Refusal InvalidArgument when something is missing */
  end(): void;
}
