/** Where something can be entered that is not kept yet, for `unsaved`. */
export const ADDING_STORAGE = Symbol('adding a storage');
