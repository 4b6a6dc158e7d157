/** Runs a pattern over paths, alone, so that its maker can end a pattern that never comes back. */
export interface PatternQuestion {
  readonly pattern: string;
  readonly paths: readonly string[];
}

self.onmessage = ({ data }: MessageEvent<PatternQuestion>) => {
  const whole = new RegExp(`^(?:${data.pattern})$`, 'iu');
  self.postMessage(data.paths.filter((path) => whole.test(path.normalize('NFC'))));
};

export {};
