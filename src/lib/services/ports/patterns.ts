/** Why a pattern is no regular expression, and where: an index into it, from 0. */
export interface PatternProblem {
  readonly index: number;
  readonly reason: string;
}

/** Regular expressions that people type. They run apart, so that one that takes too long can be stopped. */
export interface Patterns {
  readonly check: (pattern: string) => Promise<PatternProblem | null>;
  /** The paths that the pattern matches as a whole, ignoring case. Throws `pattern-invalid` or `pattern-too-slow`. */
  readonly matching: (pattern: string, paths: readonly string[]) => Promise<readonly string[]>;
}
