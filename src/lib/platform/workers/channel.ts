import { failureOf, thrown, workerFailure, type Failure } from './failure';

/**
 * [Note: Channel]
 * The only place where messages, aborts and failures cross between threads. One side serves calls by name, and the
 * other side makes them; both share a contract of inputs, outputs and reports. An aborted call settles when its
 * callee has ended. If that takes longer than `graceMs`, because WebAssembly holds the thread, the worker is
 * terminated: its other calls fail with `WorkerStopped`, and the next call starts a new worker.
 *
 * Comlink (4.4) was considered: it has no aborts, does not transfer error classes, does not notice a lost worker,
 * and keeps a port for every callback.
 */

/** One call of a contract. `report` is the type of the callee's progress reports. */
export interface Call<Input, Output, Report = never> {
  readonly input: Input;
  readonly output: Output;
  readonly report: Report;
}
type AnyCall = Call<unknown, unknown, unknown>;
/** Calls by name. */
export type Contract<Calls> = Readonly<Record<keyof Calls, AnyCall>>;
type NameOf<Calls> = keyof Calls & string;

/** One end of a channel: a worker seen from outside or from inside, or a port between two workers. */
export type Endpoint = Pick<MessagePort, 'postMessage'> &
  Pick<EventTarget, 'addEventListener'> & { start?(): void; terminate?(): void; close?(): void };

/** The worker was terminated because of another call, so this call may be made again. */
export class WorkerStopped extends Error {}
/** A call took longer than its limit. */
export class TimedOut extends Error {}

type ToCallee =
  | { readonly type: 'call'; readonly id: number; readonly name: string; readonly input: unknown }
  | { readonly type: 'notify'; readonly name: string; readonly input: unknown }
  | { readonly type: 'abort'; readonly id: number };
type ToCaller =
  | { readonly type: 'report'; readonly id: number; readonly value: unknown }
  | { readonly type: 'done'; readonly id: number; readonly output: unknown }
  | { readonly type: 'failed'; readonly id: number; readonly failure: Failure };

/** An output whose buffers, images or ports are transferred instead of copied. */
export class Transfer<Output> {
  constructor(
    readonly output: Output,
    readonly transfer: readonly Transferable[],
  ) {}
}

export interface CallContext<Report> {
  /** Aborts when the caller aborts. The message arrives only while the thread is free: see `letMessagesIn`. */
  readonly signal: AbortSignal;
  readonly report: (value: Report, transfer?: readonly Transferable[]) => void;
}
export type Handlers<Calls extends Contract<Calls>> = {
  readonly [Name in keyof Calls]: (
    input: Calls[Name]['input'],
    context: CallContext<Calls[Name]['report']>,
  ) => Answer<Calls[Name]['output']> | Promise<Answer<Calls[Name]['output']>>;
};
type Answer<Output> = Output | Transfer<Output>;
type AnyHandler = (input: unknown, context: CallContext<unknown>) => unknown;

/** Serves the calls that arrive at an endpoint. */
export function serve<Calls extends Contract<Calls>>(endpoint: Endpoint, handlers: Handlers<Calls>): void {
  const byName = handlers as unknown as Readonly<Record<string, AnyHandler>>;
  const running = new Map<number, AbortController>();
  const post = (message: ToCaller, transfer: readonly Transferable[] = []): void =>
    endpoint.postMessage(message, { transfer: [...transfer] });
  const run = async (id: number, name: string, input: unknown): Promise<void> => {
    const controller = new AbortController();
    running.set(id, controller);
    try {
      const answer = await byName[name]!(input, {
        signal: controller.signal,
        report: (value, transfer) => post({ type: 'report', id, value }, transfer),
      });
      if (answer instanceof Transfer) post({ type: 'done', id, output: answer.output }, answer.transfer);
      else post({ type: 'done', id, output: answer });
    } catch (error) {
      post({ type: 'failed', id, failure: failureOf(error) });
    } finally {
      running.delete(id);
    }
  };
  listen(endpoint, (message: ToCallee | ToCaller) => {
    if (message.type === 'call') void run(message.id, message.name, message.input);
    else if (message.type === 'abort') running.get(message.id)?.abort();
    else if (message.type === 'notify') byName[message.name]!(message.input, DETACHED);
  });
}

/** Serves the calls of the thread that started this worker. */
export const serveWorker = <Calls extends Contract<Calls>>(handlers: Handlers<Calls>): void =>
  serve(self as unknown as Endpoint, handlers);

/** The context of a call whose result nobody awaits. */
const DETACHED: CallContext<unknown> = { signal: new AbortController().signal, report: () => undefined };

export interface CallOptions<Report> {
  readonly signal?: AbortSignal | undefined;
  /**
   * In milliseconds: after an abort, the worker is terminated if the callee has not ended by then; absent, it is
   * never terminated.
   */
  readonly graceMs?: number;
  /** In milliseconds: a call that takes longer fails with `TimedOut`, and its worker is terminated. */
  readonly limitMs?: number;
  readonly onReport?: (value: Report) => void;
  readonly transfer?: readonly Transferable[];
}

export interface Channel<Calls extends Contract<Calls>> {
  /** Starts the worker ahead of the first call, which then does not wait for it. */
  start(): void;
  call<Name extends NameOf<Calls>>(
    name: Name,
    input: Calls[Name]['input'],
    options?: CallOptions<Calls[Name]['report']>,
  ): Promise<Calls[Name]['output']>;
  /** Makes a call without waiting for it; its failures are ignored. */
  notify<Name extends NameOf<Calls>>(
    name: Name,
    input: Calls[Name]['input'],
    transfer?: readonly Transferable[],
  ): void;
  /** Terminates the worker at once; its calls fail with the reason. The next call starts a new worker. */
  stop(reason?: Error): void;
}

export interface Life {
  /** Called when the worker has been started, before the first call is sent. */
  readonly onStart?: () => void;
  /** Called when the worker has ended, before its calls fail. */
  readonly onEnd?: (reason: Error) => void;
}

interface InFlight {
  readonly signal: AbortSignal | undefined;
  readonly done: (output: unknown) => void;
  readonly fail: (error: unknown) => void;
  readonly onReport: ((value: never) => void) | undefined;
}

/** Opens a channel to a worker, which is started with the first call. */
export function openChannel<Calls extends Contract<Calls>>(
  startEndpoint: () => Endpoint,
  { onStart, onEnd }: Life = {},
): Channel<Calls> {
  let endpoint: Endpoint | null = null;
  let lastId = 0;
  const inFlight = new Map<number, InFlight>();

  const started = (): Endpoint => {
    if (endpoint) return endpoint;
    const own = startEndpoint();
    endpoint = own;
    listen(own, (message: ToCaller | ToCallee) => {
      // Messages that a terminated worker had sent before are ignored.
      if (endpoint === own) receive(message);
    });
    own.addEventListener('error', (event) => {
      if (endpoint === own) stop(workerFailure(event));
    });
    onStart?.();
    return own;
  };

  const receive = (message: ToCaller | ToCallee): void => {
    if (message.type === 'call' || message.type === 'notify' || message.type === 'abort') return;
    const one = inFlight.get(message.id);
    if (!one) return;
    if (message.type === 'report') {
      one.onReport?.(message.value as never);
      return;
    }
    inFlight.delete(message.id);
    if (message.type === 'done') one.done(message.output);
    else one.fail(one.signal?.aborted ? one.signal.reason : thrown(message.failure));
  };

  const stop = (reason: Error = new WorkerStopped('the worker was ended')): void => {
    const ended = endpoint;
    if (!ended) return;
    endpoint = null;
    if (ended.terminate) ended.terminate();
    else ended.close?.();
    const lost = [...inFlight.values()];
    inFlight.clear();
    onEnd?.(reason);
    for (const { signal, fail } of lost) fail(signal?.aborted ? signal.reason : reason);
  };

  return {
    start: () => void started(),
    stop,
    notify: (name, input, transfer = []) =>
      started().postMessage({ type: 'notify', name, input } satisfies ToCallee, { transfer: [...transfer] }),
    async call(name, input, { signal, graceMs, limitMs, onReport, transfer = [] } = {}) {
      signal?.throwIfAborted();
      const to = started();
      const id = (lastId += 1);
      const timers: ReturnType<typeof setTimeout>[] = [];
      const abort = (): void => {
        to.postMessage({ type: 'abort', id } satisfies ToCallee);
        if (graceMs !== undefined) timers.push(setTimeout(() => stop(), graceMs));
      };
      try {
        return await new Promise<unknown>((done, fail) => {
          inFlight.set(id, { signal, done, fail, onReport });
          to.postMessage({ type: 'call', id, name, input } satisfies ToCallee, { transfer: [...transfer] });
          signal?.addEventListener('abort', abort);
          if (limitMs === undefined) return;
          const tooLong = (): void => {
            inFlight.delete(id);
            stop();
            fail(new TimedOut(`${name} took longer than ${limitMs} ms`));
          };
          timers.push(setTimeout(tooLong, limitMs));
        });
      } finally {
        inFlight.delete(id);
        timers.forEach(clearTimeout);
        signal?.removeEventListener('abort', abort);
      }
    },
  };
}

/** A pair of connected ports; one of them is transferred to another thread. */
export function portPair(): readonly [MessagePort, MessagePort] {
  const { port1, port2 } = new MessageChannel();
  return [port1, port2];
}

/**
 * Lets this thread handle the messages that wait for it, such as an abort. Called between two pieces of work that
 * block the thread. Each call has ports of its own: two concurrent calls do not take each other's message, and Node
 * would deliver up to a thousand messages of one port before those of another.
 */
export async function letMessagesIn(): Promise<void> {
  const [inside, outside] = portPair();
  await new Promise<void>((done) => {
    inside.onmessage = () => done();
    outside.postMessage(null);
  });
  inside.close();
}

function listen(endpoint: Endpoint, receive: (message: ToCallee | ToCaller) => void): void {
  endpoint.addEventListener('message', (event) => receive((event as MessageEvent<ToCallee | ToCaller>).data));
  endpoint.start?.();
}
