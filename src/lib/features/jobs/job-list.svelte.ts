import type { JobRecord } from '$lib/services/ports/jobs';
import type { SyncReport } from '$lib/services/sync/contract';
import type { Services } from '$lib/services/services';
import { Countdown } from '$lib/ui/countdown';

/**
 * Time until the report of a fully successful job closes, in milliseconds. Other reports stay until they are closed.
 */
const READ_MS = 12_000;

/** The report of a sync that is done. Null for other jobs and for a sync that is not done. */
export const syncReport = (job: JobRecord): SyncReport | null =>
  job.kind === 'sync-source' && job.outcome?.state === 'done' ? job.outcome.report : null;

const isAllWell = (job: JobRecord): boolean => {
  if (job.outcome?.state !== 'done' || job.outcome.report.skippedCount > 0) return false;
  const sync = syncReport(job);
  return !sync?.plan && !sync?.datasets;
};

/** The running jobs, and finished ones whose reports are still open. */
export class JobList {
  readonly #services: Services;
  /** Timers that close reports, one per job. */
  readonly #countdowns = new Map<JobRecord['id'], Countdown>();
  all = $state.raw<readonly JobRecord[]>([]);

  constructor(services: Services) {
    this.#services = services;
  }

  /** Watches the jobs; returns an unsubscribe function. */
  follow(): () => void {
    const stop = this.#services.jobs.watch((next) => this.#update(next));
    return () => {
      stop();
      for (const countdown of this.#countdowns.values()) countdown.stop();
      this.#countdowns.clear();
    };
  }

  /** Pauses the timer of a report that is being read. */
  hold(id: JobRecord['id']): void {
    this.#countdowns.get(id)?.hold();
  }

  release(id: JobRecord['id']): void {
    this.#countdowns.get(id)?.release();
  }

  #update(next: readonly JobRecord[]): void {
    this.all = next;
    for (const [id, countdown] of this.#countdowns)
      if (!next.some((job) => job.id === id)) {
        countdown.stop();
        this.#countdowns.delete(id);
      }
    for (const { id } of next.filter(isAllWell))
      if (!this.#countdowns.has(id))
        this.#countdowns.set(id, new Countdown(READ_MS, () => this.#services.jobs.dismiss(id)));
  }
}
