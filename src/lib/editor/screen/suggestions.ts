import type { Size } from '$lib/domain/geometry';
import { operationsOf } from '$lib/domain/region';
import { formatScore } from '$lib/domain/score';
import type { ByColor } from '../scene';
import { shownRect, type Viewport } from '../viewport';
import { strokeRegions } from './outlines';

const DARK = 'rgba(0, 0, 0, 0.65)';
const LIGHT = '#ffffff';
/** Dash pattern in CSS pixels. */
const DASH = [7, 5];
const FONT = '600 12px system-ui, sans-serif';
const SCORE_HEIGHT = 16;

/** Draws suggestions dashed and with their scores, so that they are not mistaken for finished work. */
export function drawSuggestions(
  context: CanvasRenderingContext2D,
  regions: ByColor,
  view: Viewport,
  canvas: Size,
  isNext: boolean,
): void {
  for (const [color, same] of regions) {
    strokeRegions(context, same, view, canvas, { color: isNext ? LIGHT : DARK, width: isNext ? 4 : 3 });
    context.setLineDash(DASH);
    strokeRegions(context, same, view, canvas, { color: isNext ? DARK : LIGHT, width: isNext ? 4 : 3 });
    context.setLineDash([]);
    strokeRegions(context, same, view, canvas, { color, width: 1.5 });
    for (const region of same) {
      if (region.score === null) continue;
      const { x, y } = shownRect(view, operationsOf(region).bounds(region));
      drawScore(context, formatScore(region.score), x, y);
    }
  }
}

/** Draws a score at the upper left corner of a box, above the box if there is room. */
function drawScore(context: CanvasRenderingContext2D, text: string, x: number, y: number): void {
  context.font = FONT;
  context.textBaseline = 'middle';
  const top = y >= SCORE_HEIGHT ? y - SCORE_HEIGHT : y;
  context.fillStyle = 'rgba(0, 0, 0, 0.75)';
  context.fillRect(x, top, context.measureText(text).width + 8, SCORE_HEIGHT);
  context.fillStyle = LIGHT;
  context.fillText(text, x + 4, top + SCORE_HEIGHT / 2);
}
