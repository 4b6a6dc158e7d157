/** Asks the browser for access to the folders of the screen. Resolves to true if all of them can be read. */
type Ask = () => Promise<boolean>;

/**
 * [Note: Allow Access]
 * After a restart the browser may deny access to a folder, and any screen can meet that. The error's words name a
 * button, so every place that shows them also shows the button: notices by themselves, other places through
 * AllowAccess.svelte. The layout sets `ask`, because it knows the project on the screen.
 */
class Access {
  ask: Ask = () => Promise.resolve(false);
  /**
   * Increases with every answer about folders. Screens that show folder states depend on it, so that they read them
   * again.
   */
  allowed = $state(0);

  async allow(): Promise<boolean> {
    const isAllowed = await this.ask();
    this.changed();
    return isAllowed;
  }

  /** Called by screens that asked the browser themselves. */
  changed(): void {
    this.allowed += 1;
  }
}

export const access = new Access();
