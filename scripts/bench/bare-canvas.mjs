/**
 * The bare limit of an editor: two 2D canvases, the picture and all boxes below, the edited box above. Runs in the
 * page; `place` is where the product shows the same picture, so that both draw the same pixels.
 *
 * @param {{ count: number, picture: string, width: number, height: number, scale: number, left: number, top: number }} place
 */
export async function bareEditor({ count, picture, width, height, scale, left, top }) {
  document.body.replaceChildren();
  document.body.style.cssText = 'margin:0;overflow:hidden;background:#777';
  const canvases = [0, 1].map(() => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [width, height];
    canvas.style.cssText = 'position:absolute;left:0;top:0';
    document.body.append(canvas);
    return canvas;
  });
  const [below, above] = /** @type {[CanvasRenderingContext2D, CanvasRenderingContext2D]} */ (
    canvases.map((canvas) => canvas.getContext('2d'))
  );
  const image = await createImageBitmap(await (await fetch(picture)).blob());
  const boxes = Array.from({ length: count }, (_, i) => ({
    x: (i * 37) % 600,
    y: (i * 53) % 470,
    width: 20.5 + (i % 9),
    height: 18.25 + (i % 7),
  }));
  let view = { scale, left, top };
  let held = -1;
  let isBelowOld = true;
  let frame = 0;

  const stroke = (
    /** @type {CanvasRenderingContext2D} */ context,
    /** @type {{ x: number, y: number, width: number, height: number }} */ box,
  ) =>
    context.strokeRect(
      view.left + box.x * view.scale,
      view.top + box.y * view.scale,
      box.width * view.scale,
      box.height * view.scale,
    );
  const draw = () => {
    frame = 0;
    if (isBelowOld) {
      below.clearRect(0, 0, width, height);
      below.drawImage(image, view.left, view.top, image.width * view.scale, image.height * view.scale);
      below.strokeStyle = '#0072b2';
      below.lineWidth = 1.75;
      for (const [at, box] of boxes.entries()) if (at !== held) stroke(below, box);
      isBelowOld = false;
    }
    above.clearRect(0, 0, width, height);
    if (held >= 0) {
      above.strokeStyle = '#0072b2';
      above.lineWidth = 2;
      stroke(above, /** @type {typeof boxes[number]} */ (boxes[held]));
    }
  };
  const redraw = () => {
    frame ||= requestAnimationFrame(draw);
  };
  const top2 = /** @type {HTMLCanvasElement} */ (canvases[1]);
  top2.addEventListener('pointerdown', (event) => {
    const [x, y] = [(event.clientX - view.left) / view.scale, (event.clientY - view.top) / view.scale];
    if (event.button === 0)
      held = boxes.findIndex(
        (box) => x >= box.x && y >= box.y && x <= box.x + box.width && y <= box.y + box.height,
      );
    isBelowOld = true;
    redraw();
  });
  top2.addEventListener('pointermove', (event) => {
    const box = boxes[held];
    if (box) {
      boxes[held] = {
        ...box,
        x: box.x + event.movementX / view.scale,
        y: box.y + event.movementY / view.scale,
      };
      redraw();
    } else if (event.buttons === 4) {
      view = { ...view, left: view.left + event.movementX, top: view.top + event.movementY };
      isBelowOld = true;
      redraw();
    }
  });
  top2.addEventListener('pointerup', () => {
    held = -1;
    isBelowOld = true;
    redraw();
  });
  top2.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault();
      const factor = Math.exp(-event.deltaY / 400);
      view = {
        scale: view.scale * factor,
        left: event.clientX - (event.clientX - view.left) * factor,
        top: event.clientY - (event.clientY - view.top) * factor,
      };
      isBelowOld = true;
      redraw();
    },
    { passive: false },
  );
  draw();
}
