import { JobList } from '$lib/features/jobs/job-list.svelte';
import type { JobRecord, JobRunner } from '$lib/services/ports/jobs';
import { makeServices } from '$lib/services/services';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { aProject, aSource } from '../../fixtures/builders';
import { aWorld } from '../../fixtures/world';
import type { SyncReport } from '$lib/services/sync/contract';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const ended = (id: string, report: Partial<SyncReport>): JobRecord => ({
  id,
  kind: 'sync-source',
  projectId: aProject().id,
  title: 'images',
  startedAt: 0,
  progress: { done: 1, total: 1 },
  canPause: false,
  isPaused: false,
  outcome: { state: 'done', report: { counts: { added: 1 }, skipped: [], skippedCount: 0, ...report } },
});

test('a report that asks something stays until it is answered or closed; one that only tells leaves', () => {
  let jobs: readonly JobRecord[] = [
    ended('plain', {}),
    ended('offer', { datasets: [{ sourceId: aSource().id, kind: 'yolo', files: 2 }] }),
    ended('skipped', { skippedCount: 1, skipped: [{ path: 'a.jpg', code: 'file-missing' }] }),
  ];
  let tell: Parameters<JobRunner['watch']>[0] = () => undefined;
  const runner = {
    watch(onValue: typeof tell) {
      tell = onValue;
      tell(jobs);
      return () => undefined;
    },
    dismiss(id: string) {
      jobs = jobs.filter((job) => job.id !== id);
      tell(jobs);
    },
  } as JobRunner;
  const list = new JobList(makeServices({ ...aWorld().ports, jobs: runner }));
  const stop = list.follow();
  vi.advanceTimersByTime(60 * 60 * 1000);
  expect(list.all.map(({ id }) => id)).toEqual(['offer', 'skipped']);
  stop();
});
