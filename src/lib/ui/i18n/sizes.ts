/** Formats a number of bytes in whole megabytes. */
export const aboutMegabytes = {
  en: (bytes: number): string =>
    bytes < 1e6 ? 'less than 1 MB' : `about ${Math.round(bytes / 1e6).toLocaleString('en')} MB`,
  ja: (bytes: number): string =>
    bytes < 1e6 ? '1 MB 未満' : `約 ${Math.round(bytes / 1e6).toLocaleString('ja')} MB`,
};
