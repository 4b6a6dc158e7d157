interface Held {
  readonly hold: () => void;
  readonly release: () => void;
}

/** Action: holds the time of what leaves by itself while a pointer that was moved there is over it, or the focus inside it. */
export function holdTime(node: HTMLElement, { hold, release }: Held): void {
  const by = { pointer: false, focus: false };
  const set = (holder: keyof typeof by, isHeld: boolean) => () => {
    if (by[holder] === isHeld) return;
    by[holder] = isHeld;
    if (isHeld) hold();
    else release();
  };
  // What appears under a resting pointer is not being read: only a move counts.
  node.addEventListener('pointermove', set('pointer', true));
  node.addEventListener('pointerleave', set('pointer', false));
  node.addEventListener('focusin', set('focus', true));
  node.addEventListener('focusout', set('focus', false));
}
