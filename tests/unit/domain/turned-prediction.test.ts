import { describe, expect, test } from 'vitest';
import { asId } from '$lib/domain/ids';
import { acceptedRegion, predictedRegions } from '$lib/domain/prediction';
import { replacedPrediction } from '$lib/domain/replaced';

const NAMED = { classNames: ['ship'], labelOfClass: [asId<'label'>('label-1')] };
const SIZE = { width: 200, height: 100 };
const found = { x: 80, y: 40, width: 40, height: 20, score: 0.9, classNumber: 0 };

describe('a turned box that a model found', () => {
  test('keeps its angle in the prediction, and when it is accepted', () => {
    const [region] = predictedRegions([{ ...found, rotation: 30 }], NAMED, SIZE);
    expect(region).toMatchObject({ x: 80, y: 40, width: 40, height: 20, rotation: 30 });
    expect(acceptedRegion(region!, asId<'region'>('r')).rotation).toBe(30);
  });
  test('is clipped to the picture without losing its angle', () => {
    const [region] = predictedRegions([{ ...found, x: 170, rotation: 30 }], NAMED, SIZE);
    expect(region!.rotation).toBe(30);
    expect(region!.width).toBeLessThan(40);
    expect(predictedRegions([{ ...found, x: 400, rotation: 30 }], NAMED, SIZE)).toEqual([]);
  });
  test('is scaled with a picture that was replaced by a larger one', () => {
    const regions = predictedRegions([{ ...found, rotation: 30 }], NAMED, SIZE);
    const { regions: scaled } = replacedPrediction({ regions, rejected: [] }, 'scale', SIZE, {
      width: 400,
      height: 200,
    });
    expect(scaled[0]).toMatchObject({ x: 160, y: 80, width: 80, height: 40, rotation: 30 });
  });
  test('an upright one has no angle written', () => {
    expect(predictedRegions([found], NAMED, SIZE)[0]).not.toHaveProperty('rotation');
    expect(acceptedRegion(predictedRegions([found], NAMED, SIZE)[0]!, asId<'region'>('r')).rotation).toBe(0);
  });
});
