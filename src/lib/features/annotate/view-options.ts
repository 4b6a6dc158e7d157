/** How pictures of a project are displayed, and the drawing preferences. No pixel or coordinate changes. */
export interface ViewOptions {
  /** 1 shows the file's own brightness. */
  readonly brightness: number;
  readonly contrast: number;
  readonly isInverted: boolean;
  /** False draws every pixel as a square, at every zoom. */
  readonly isSmooth: boolean;
  readonly showsCrosshair: boolean;
  readonly snapsToPixel: boolean;
  /** The label stays armed after a box was drawn. */
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

/** Range of both sliders. */
export const LIGHT_RANGE = { min: 0.2, max: 3, step: 0.05 } as const;

/** The CSS filter of the picture. */
export const cssFilterOf = ({ brightness, contrast, isInverted }: ViewOptions): string =>
  [
    brightness === 1 ? '' : `brightness(${brightness})`,
    contrast === 1 ? '' : `contrast(${contrast})`,
    isInverted ? 'invert(1)' : '',
  ]
    .filter((part) => part !== '')
    .join(' ') || 'none';

export const writeView = (options: ViewOptions): string => JSON.stringify(options);

/** Reads stored options. Values that are missing or invalid get their defaults. */
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
