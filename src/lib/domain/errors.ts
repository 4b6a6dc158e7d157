/** Every failure we foresee. The UI must have words for each: ui/error-text.ts is a Record over this type. */
export type ErrorCode =
  | 'permission-needed'
  | 'folder-missing'
  | 'folder-is-file'
  | 'storage-removed'
  | 'file-missing'
  | 'copy-missing'
  | 'file-unreadable'
  | 'picture-unsupported'
  | 'picture-undecodable'
  | 'picture-truncated'
  | 'picture-empty'
  | 'picture-svg'
  | 'picture-dicom'
  | 'picture-heic'
  | 'picture-too-large'
  | 'picture-tiff-unsupported'
  | 'picture-jpeg-unsupported'
  | 'pattern-invalid'
  | 'pattern-too-slow'
  | 'project-missing'
  | 'task-missing'
  | 'project-name-empty'
  | 'label-name-taken'
  | 'class-number-repeated'
  | 'region-not-writable'
  | 'labels-missing'
  | 'keys-invalid'
  | 'storage-full'
  | 'edited-elsewhere'
  | 'changed-since-submit'
  | 'job-running'
  | 'newer-version-running'
  | 'data-deleted'
  | 'version-gone'
  | 'format-unknown'
  | 'format-invalid'
  | 'text-encoding'
  | 'archive-damaged'
  | 'archive-too-large'
  | 'archive-method'
  | 'archive-password'
  | 'archive-kind'
  | 'backup-newer'
  | 'backup-damaged'
  | 'passphrase-needed'
  | 'passphrase-wrong'
  | 'model-unsupported'
  | 'model-damaged'
  | 'model-failed'
  | 'evaluation-nothing-submitted'
  | 'evaluation-no-predictions'
  | 'evaluation-labels-unknown';

/** A foreseen failure: `code` says what happened, `about` which file, name or place it concerns. */
export class AppError extends Error {
  override readonly name = 'AppError';
  constructor(
    readonly code: ErrorCode,
    readonly about: Readonly<Record<string, string | number>> = {},
    options?: ErrorOptions,
  ) {
    super(`${code} ${JSON.stringify(about)}`, options);
  }
}
