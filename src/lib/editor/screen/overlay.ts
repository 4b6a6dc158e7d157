import type { Size } from '$lib/domain/geometry';
import type { ImagePoint, ScreenPoint } from '$lib/domain/ids';
import { operationsOf, type Region } from '$lib/domain/region';
import type { RotateHandle } from '../hit-test';
import type { ActiveScene } from '../scene';
import type { Sketch } from '../tools/tool';
import { imageToScreen, shownRect, type Viewport } from '../viewport';
import { fillRegions, strokeRegions } from './outlines';

export interface OverlayLook {
  readonly view: Viewport;
  readonly canvas: Size;
  /** Draws handles that are large enough to be seen around a finger. */
  readonly isForFinger: boolean;
  /** Position of the crosshair; null hides it. */
  readonly crosshair: ScreenPoint | null;
}

/** Side of a handle, in CSS pixels. */
const HANDLE_SIDE = { finger: 16, other: 9 };
const DARK = 'rgba(0, 0, 0, 0.65)';
const LIGHT = '#ffffff';

/** Draws the overlay: marked regions, their handles, and the sketch of the current gesture. */
export function drawOverlay(context: CanvasRenderingContext2D, scene: ActiveScene, look: OverlayLook): void {
  const { view, canvas } = look;
  const all = [...scene.marked.values()].flat();
  context.globalAlpha = 0.18;
  for (const [color, regions] of scene.marked) fillRegions(context, regions, view, canvas, color);
  context.globalAlpha = 1;
  strokeRegions(context, all, view, canvas, { color: DARK, width: 5 });
  strokeRegions(context, all, view, canvas, { color: LIGHT, width: 3.5 });
  for (const [color, regions] of scene.marked)
    strokeRegions(context, regions, view, canvas, { color, width: 2 });
  for (const [color, regions] of scene.withHandles)
    for (const region of regions) drawHandles(context, region, color, look);
  if (scene.rotateHandle) drawRotateHandle(context, scene.rotateHandle, look);
  if (scene.sketch) drawSketch(context, scene.sketch, view);
  if (look.crosshair) drawCrosshair(context, look.crosshair, canvas);
}

function drawHandles(
  context: CanvasRenderingContext2D,
  region: Region,
  color: string,
  { view, isForFinger }: OverlayLook,
): void {
  const side = isForFinger ? HANDLE_SIDE.finger : HANDLE_SIDE.other;
  context.fillStyle = LIGHT;
  context.strokeStyle = color;
  context.lineWidth = 2;
  for (const { at } of operationsOf(region).handles(region)) {
    const [x, y] = imageToScreen(view, at);
    context.fillRect(x - side / 2, y - side / 2, side, side);
    context.strokeRect(x - side / 2, y - side / 2, side, side);
  }
}

function drawRotateHandle(
  context: CanvasRenderingContext2D,
  { at, from }: RotateHandle,
  { view, isForFinger }: OverlayLook,
): void {
  const [startX, startY] = imageToScreen(view, from);
  const [x, y] = imageToScreen(view, at);
  for (const [color, width] of [
    [DARK, 3],
    [LIGHT, 1.5],
  ] as const) {
    context.strokeStyle = color;
    context.lineWidth = width;
    context.beginPath();
    context.moveTo(startX, startY);
    context.lineTo(x, y);
    context.stroke();
  }
  context.fillStyle = LIGHT;
  context.strokeStyle = DARK;
  context.lineWidth = 1.5;
  context.beginPath();
  context.arc(x, y, (isForFinger ? HANDLE_SIDE.finger : HANDLE_SIDE.other) / 2 + 1, 0, 2 * Math.PI);
  context.fill();
  context.stroke();
}

function drawSketch(context: CanvasRenderingContext2D, sketch: Sketch, view: Viewport): void {
  if (sketch.kind === 'corner') drawCorner(context, sketch.at, view);
  else {
    const { x, y, width, height } = shownRect(view, sketch.rect);
    context.fillStyle = 'rgba(255, 255, 255, 0.15)';
    context.fillRect(x, y, width, height);
    context.lineWidth = 1;
    context.strokeStyle = DARK;
    context.strokeRect(x, y, width, height);
    context.setLineDash([4, 4]);
    context.strokeStyle = LIGHT;
    context.strokeRect(x, y, width, height);
    context.setLineDash([]);
  }
}

/** Marks the first corner of a box that is drawn by two clicks. */
function drawCorner(context: CanvasRenderingContext2D, at: ImagePoint, view: Viewport): void {
  const [x, y] = imageToScreen(view, at);
  context.fillStyle = DARK;
  context.fillRect(x - 8, y - 2, 16, 4);
  context.fillRect(x - 2, y - 8, 4, 16);
  context.fillStyle = LIGHT;
  context.fillRect(x - 7, y - 1, 14, 2);
  context.fillRect(x - 1, y - 7, 2, 14);
}

/** Draws two thin lines through the pointer, dark beside light, while a box tool is active. */
function drawCrosshair(context: CanvasRenderingContext2D, at: ScreenPoint, { width, height }: Size): void {
  const [x, y] = [Math.round(at[0]), Math.round(at[1])];
  for (const [shift, color] of [
    [1, 'rgba(0, 0, 0, 0.6)'],
    [0, 'rgba(255, 255, 255, 0.9)'],
  ] as const) {
    context.fillStyle = color;
    context.fillRect(x + shift, 0, 1, height);
    context.fillRect(0, y + shift, width, 1);
  }
}
