import { failureOf, thrown, workerFailure, type Failure } from './failure';

/**
 * [Note: Channel]
 * The only place where messages, aborts and failures cross between threads. One side serves calls by name, the other
 * one makes them; both know the same contract of inputs, outputs and reports. A call settles when its callee has
 * ended, which an abort asks it for. One that has not ended `graceMs` later, because WebAssembly holds its thread, is
 * ended together with its worker: whatever else was in that fails with `WorkerStopped`, and the next call starts
 * another one.
 *
 * Comlink (4.4) was looked at: it knows no abort, crosses no class of error, does not hear of a worker that is lost,
 * and keeps a port for every callback.
 */

/** One call of a contract. `report`: what the callee tells while it is at work. */
export interface Call<Input, Output, Report = never> {
  readonly input: Input;
  readonly output: Output;
  readonly report: Report;
}
type AnyCall = Call<unknown, unknown, unknown>;
/** Calls by name. */
export type Contract<Calls> = Readonly<Record<keyof Calls, AnyCall>>;
type NameOf<Calls> = keyof Calls & string;

/** One end: a worker seen from outside or from inside, or a port between two workers. */
export type Endpoint = Pick<MessagePort, 'postMessage'> &
  Pick<EventTarget, 'addEventListener'> & { start?(): void; terminate?(): void; close?(): void };

/** A worker was ended while it was at work on something else: the call may be made again. */
export class WorkerStopped extends Error {}
/** A call took longer than its limit. */
export class TimedOut extends Error {}

type ToCallee =
  | { readonly type: 'call'; readonly id: number; readonly name: string; readonly input: unknown }
  | { readonly type: 'tell'; readonly name: string; readonly input: unknown }
  | { readonly type: 'abort'; readonly id: number };
type ToCaller =
  | { readonly type: 'report'; readonly id: number; readonly value: unknown }
  | { readonly type: 'done'; readonly id: number; readonly output: unknown }
  | { readonly type: 'failed'; readonly id: number; readonly failure: Failure };

/** An output whose buffers, pictures or ports are handed over, not copied. */
export class Transfer<Output> {
  constructor(
    readonly output: Output,
    readonly transfer: readonly Transferable[],
  ) {}
}

export interface CallContext<Report> {
  /** Aborts when the caller gives up; heard only while the thread is free: see `letMessagesIn`. */
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

/** Answers the calls that come in at an endpoint. */
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
    else if (message.type === 'tell') byName[message.name]!(message.input, UNHEARD);
  });
}

/** Answers the calls of whoever started this worker. */
export const serveWorker = <Calls extends Contract<Calls>>(handlers: Handlers<Calls>): void =>
  serve(self as unknown as Endpoint, handlers);

/** The context of a call whose result nobody awaits. */
const UNHEARD: CallContext<unknown> = { signal: new AbortController().signal, report: () => undefined };

export interface CallOptions<Report> {
  readonly signal?: AbortSignal | undefined;
  /** After an abort the callee has this long to end by itself, in milliseconds; left out: as long as it takes. */
  readonly graceMs?: number;
  /** A call that takes longer, in milliseconds, ends its worker and fails with `TimedOut`. */
  readonly limitMs?: number;
  readonly onReport?: (value: Report) => void;
  readonly transfer?: readonly Transferable[];
}

export interface Channel<Calls extends Contract<Calls>> {
  /** Starts the worker before the first call, which then does not wait for it. */
  start(): void;
  call<Name extends NameOf<Calls>>(
    name: Name,
    input: Calls[Name]['input'],
    options?: CallOptions<Calls[Name]['report']>,
  ): Promise<Calls[Name]['output']>;
  /** Makes a call that nobody waits for; what fails in it is not told. */
  tell<Name extends NameOf<Calls>>(
    name: Name,
    input: Calls[Name]['input'],
    transfer?: readonly Transferable[],
  ): void;
  /** Ends the worker at once, whatever it does; its calls fail with the reason. The next call starts another one. */
  stop(reason?: Error): void;
}

export interface Life {
  /** The worker has been started; what is told here comes before every call. */
  readonly onStart?: () => void;
  /** The worker has ended, before its calls fail. */
  readonly onEnd?: (reason: Error) => void;
}

interface InFlight {
  readonly signal: AbortSignal | undefined;
  readonly done: (output: unknown) => void;
  readonly fail: (error: unknown) => void;
  readonly onReport: ((value: never) => void) | undefined;
}

/** A worker behind its contract, started with the first call. */
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
      // What an ended worker had sent before its end.
      if (endpoint === own) receive(message);
    });
    own.addEventListener('error', (event) => {
      if (endpoint === own) stop(workerFailure(event));
    });
    onStart?.();
    return own;
  };

  const receive = (message: ToCaller | ToCallee): void => {
    if (message.type === 'call' || message.type === 'tell' || message.type === 'abort') return;
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
    tell: (name, input, transfer = []) =>
      started().postMessage({ type: 'tell', name, input } satisfies ToCallee, { transfer: [...transfer] }),
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

/** A wire between two workers, for either end to be handed over. */
export function wire(): readonly [MessagePort, MessagePort] {
  const { port1, port2 } = new MessageChannel();
  return [port1, port2];
}

/**
 * Lets this thread handle the messages that wait for it, an abort for one: called between two pieces of work that hold
 * the thread. Each call has ports of its own: two calls at a time do not take each other's message, and Node would
 * deliver up to a thousand messages of one port before it looks at another.
 */
export async function letMessagesIn(): Promise<void> {
  const [inside, outside] = wire();
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
