/** The syntax error of a pattern that is no regular expression, with its index from 0. */
export interface PatternProblem {
  readonly index: number;
  readonly reason: string;
}

/** Regular expressions that people type. They run in a worker, so that one that takes too long can be stopped. */
export interface Patterns {
  readonly check: (pattern: string) => Promise<PatternProblem | null>;
  /**
   * Returns the paths that the pattern matches completely, ignoring case. Throws `pattern-invalid` or
   * `pattern-too-slow`.
   */
  readonly matching: (pattern: string, paths: readonly string[]) => Promise<readonly string[]>;
}
