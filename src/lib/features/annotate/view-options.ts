/** How a project's pictures are looked at and drawn on; changes no pixel and no coordinate. */
export interface ViewOptions {
  /** 1: as the file has it. */
  readonly brightness: number;
  readonly contrast: number;
  readonly isInverted: boolean;
  /** Off: every pixel a square, at every zoom. */
  readonly isSmooth: boolean;
  readonly showsCrosshair: boolean;
  readonly snapsToPixel: boolean;
  /** A label stays armed after a box was drawn. */
  readonly keepsArmed: boolean;
}

export const PLAIN_VIEW: ViewOptions = {
  brightness: 1,
  contrast: 1,
  isInverted: false,
  isSmooth: true,
  showsCrosshair: false,
  snapsToPixel: false,
  keepsArmed: true,
};

/** Both ends of the two sliders. */
export const LIGHT_RANGE = { min: 0.2, max: 3, step: 0.05 } as const;

/** The view as a CSS filter of the picture. */
export const lookOf = ({ brightness, contrast, isInverted }: ViewOptions): string =>
  [
    brightness === 1 ? '' : `brightness(${brightness})`,
    contrast === 1 ? '' : `contrast(${contrast})`,
    isInverted ? 'invert(1)' : '',
  ]
    .filter((part) => part !== '')
    .join(' ') || 'none';

export const writeView = (options: ViewOptions): string => JSON.stringify(options);

/** What was kept; whatever is not as it should be is as in a plain view. */
export function readView(kept: string | null): ViewOptions {
  const given = recordIn(kept);
  const light = (key: 'brightness' | 'contrast') => {
    const value = given[key];
    return typeof value === 'number' && value >= LIGHT_RANGE.min && value <= LIGHT_RANGE.max ? value : 1;
  };
  const flag = (key: Exclude<keyof ViewOptions, 'brightness' | 'contrast'>) =>
    typeof given[key] === 'boolean' ? given[key] : PLAIN_VIEW[key];
  return {
    brightness: light('brightness'),
    contrast: light('contrast'),
    isInverted: flag('isInverted'),
    isSmooth: flag('isSmooth'),
    showsCrosshair: flag('showsCrosshair'),
    snapsToPixel: flag('snapsToPixel'),
    keepsArmed: flag('keepsArmed'),
  };
}

function recordIn(kept: string | null): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(kept ?? '{}');
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}
