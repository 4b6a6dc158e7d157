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
  readonly #leaving = new Map<JobRecord['id'], Countdown>();
  all = $state.raw<readonly JobRecord[]>([]);

  constructor(services: Services) {
    this.#services = services;
  }

  /** Watches the jobs; returns an unsubscribe function. */
  follow(): () => void {
    const stop = this.#services.jobs.watch((next) => this.#take(next));
    return () => {
      stop();
      for (const countdown of this.#leaving.values()) countdown.stop();
      this.#leaving.clear();
    };
  }

  /** Pauses the timer of a report that is being read. */
  hold(id: JobRecord['id']): void {
    this.#leaving.get(id)?.hold();
  }

  release(id: JobRecord['id']): void {
    this.#leaving.get(id)?.release();
  }

  #take(next: readonly JobRecord[]): void {
    this.all = next;
    for (const [id, countdown] of this.#leaving)
      if (!next.some((job) => job.id === id)) {
        countdown.stop();
        this.#leaving.delete(id);
      }
    for (const { id } of next.filter(isAllWell))
      if (!this.#leaving.has(id))
        this.#leaving.set(id, new Countdown(READ_MS, () => this.#services.jobs.dismiss(id)));
  }
}
