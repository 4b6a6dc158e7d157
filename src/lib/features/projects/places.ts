/** Place of unsaved input, for `unsaved`. */
export const ADDING_STORAGE = Symbol('adding a storage');
