/** How the browser is asked again for the folders of what is on the screen; true: all of them can be read. */
type Ask = () => Promise<boolean>;

/**
 * [Note: Allow Access]
 * Any screen can meet a folder that the browser has closed after a restart. The words for it name a button, so
 * every place that shows them has it: notices by themselves, other places through AllowAccess.svelte. The one way
 * to ask is put here by the frame, which knows the project on the screen.
 */
class Access {
  ask: Ask = () => Promise.resolve(false);
  /** Rises with every answer about folders, so that all screens that tell of them look again. */
  allowed = $state(0);

  async allow(): Promise<boolean> {
    const isAllowed = await this.ask();
    this.changed();
    return isAllowed;
  }

  /** A screen has asked by itself. */
  changed(): void {
    this.allowed += 1;
  }
}

export const access = new Access();
