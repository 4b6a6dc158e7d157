import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';

/** A screen that nobody sees, with the window manager that native dialogs need for the focus. */
export interface Screen {
  readonly display: string;
  close(): void;
}

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

export async function openScreen(): Promise<Screen> {
  const number = [77, 78, 79, 80].find((at) => !existsSync(`/tmp/.X${at}-lock`)) ?? 81;
  const display = `:${number}`;
  const children: ChildProcess[] = [
    spawn('Xvfb', [display, '-screen', '0', '1280x900x24'], { stdio: 'ignore' }),
  ];
  await pause(1500);
  children.push(spawn('openbox', [], { stdio: 'ignore', env: { ...process.env, DISPLAY: display } }));
  await pause(1000);
  return { display, close: () => children.reverse().forEach((child) => child.kill()) };
}

/** What a hand does outside the page, where the browser's own dialogs are. */
export function makeHand(display: string) {
  const env = { ...process.env, DISPLAY: display };
  const xdotool = (...args: string[]) =>
    execFileSync('xdotool', args, { env, encoding: 'utf8', timeout: 20_000 }).trim();
  const key = (...names: string[]) => names.forEach((name) => xdotool('key', name));
  const windowNamed = (name: string) =>
    xdotool('search', '--sync', '--onlyvisible', '--name', name).split('\n')[0]!;

  return {
    pause,
    /** In the native folder picker: the path typed, the completed tail dropped, Open. */
    async chooseFolder(folder: string) {
      xdotool('windowactivate', '--sync', windowNamed('Select a folder'));
      await pause(500);
      xdotool('type', '--delay', '30', `${folder}/`);
      await pause(500);
      key('Delete', 'alt+o');
      await pause(1500);
    },
    async cancelPicker() {
      xdotool('windowactivate', '--sync', windowNamed('Select a folder'));
      await pause(500);
      key('Escape');
      await pause(1000);
    },
    /** "Allow this site to view files?": the default button is the refusal. */
    async allow() {
      key('Tab');
      await pause(300);
      key('Return');
      await pause(1000);
    },
    async refuse() {
      key('Return');
      await pause(1000);
    },
    /** The bubble after a restart does not hear the keyboard; it stands at fixed places of the window. */
    async answerBubble(answer: 'this-time' | 'every-visit' | 'no') {
      const y = { 'this-time': 293, 'every-visit': 339, no: 385 }[answer];
      await pause(1500);
      xdotool('mousemove', '285', String(y), 'click', '1');
      await pause(1500);
    },
  };
}
