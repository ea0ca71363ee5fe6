import { describe, expect, test } from 'vitest';
import { type Frame, hitsOf, measure, seriesOf } from './measures.ts';
import { createRecorder, type Recorder } from './recorder.ts';

const FRAME: Frame = {
  rate: 5,
  models: ['weapons', 'money', 'drugs'],
  ill: ['weapons'],
  fromS: 20,
  toS: 40,
  loadS: 60,
  durationS: 80,
  capacity: 20,
};

/** What happens when five events a second are published and all is well, for as long as there is load. */
function steady(recorder: Recorder, rate = 5): void {
  for (let second = 0; second < FRAME.loadS; second++) {
    for (let nth = 0; nth < rate; nth++) publish(recorder, `${second}.${nth}`, second * 1_000 + nth);
    for (const model of FRAME.models) recorder.asked(model, second * 1_000, rate);
    recorder.count('proxyLoad', second * 1_000, rate);
  }
}

/** Published, and decided by each model after so many milliseconds, or never. */
function publish(recorder: Recorder, id: string, atMs: number, delaysMs: Readonly<Record<string, number>> = {}): void {
  recorder.published(id, atMs, FRAME.models);
  for (const model of FRAME.models) {
    const delayMs = delaysMs[model] ?? 100;
    if (Number.isFinite(delayMs)) recorder.decided(id, atMs + delayMs, [model], false);
  }
}

function measured(happen: (recorder: Recorder) => void, changes: Partial<Frame> = {}) {
  const recorder = createRecorder();
  happen(recorder);
  return measure(recorder.notes, { ...FRAME, ...changes });
}

describe('when all is well', () => {
  test('loads are what they ideally are, and nothing is lost or given up', () => {
    expect(measured(steady)).toMatchObject({
      healthyPeak: 1,
      healthyMean: 1,
      healthyTrough: 1,
      healthyAsks: 1,
      proxyPeak: 1,
      abandoned: 0,
      lost: 0,
    });
  });
});

describe('the peak load on a healthy model', () => {
  test('is that of the worst ten seconds of the busiest healthy model, whatever the ill one gets', () => {
    const happen = (recorder: Recorder) => {
      steady(recorder);
      recorder.asked('drugs', 30_000, 50);
      recorder.asked('weapons', 30_000, 5_000);
    };
    expect(measured(happen).healthyPeak).toBe(2);
    expect(measured(happen, { ill: ['weapons', 'drugs'] }).healthyPeak).toBe(1);
  });

  test('is not raised by a burst of arrivals, also when they come up to two seconds later', () => {
    const burst = (lateS: number) =>
      measured((recorder) => {
        steady(recorder);
        for (let nth = 0; nth < 100; nth++) publish(recorder, `more ${nth}`, 30_000);
        for (const model of FRAME.models) recorder.asked(model, (30 + lateS) * 1_000, 100);
      }).healthyPeak;
    expect([burst(0), burst(2)]).toEqual([1, 1]);
    expect(burst(12)).toBeGreaterThan(2);
  });

  test('is not lowered by what was published in those two seconds: half more is half more', () => {
    const happen = (recorder: Recorder) => {
      steady(recorder, 10);
      for (let second = 20; second < 40; second++) recorder.asked('money', second * 1_000, 5);
    };
    expect(measured(happen).healthyPeak).toBe(1.5);
  });

  test('is relative to the rate where less than that is published', () => {
    const happen = (recorder: Recorder) => {
      publish(recorder, 'a', 0);
      for (let second = 20; second < 40; second++) recorder.asked('money', second * 1_000, 5);
    };
    expect(measured(happen).healthyPeak).toBe(1);
  });
});

describe('the load on a healthy model during the faults', () => {
  const happen = (recorder: Recorder) => {
    for (let second = 0; second < FRAME.loadS; second++) {
      for (let nth = 0; nth < 5; nth++) publish(recorder, `${second}.${nth}`, second * 1_000);
      const isDuring = second >= 20 && second < 40;
      recorder.asked('money', second * 1_000, isDuring ? 10 : 1);
      recorder.asked('drugs', second * 1_000, isDuring ? 6 : 1);
    }
  };

  test('is on average that of the busiest model, of the seconds from begin to end', () => {
    expect(measured(happen).healthyMean).toBe(2);
  });

  test('has its lowest in ten seconds that lie within', () => {
    expect(measured(happen).healthyTrough).toBe(1.2);
    expect(measured(happen, { fromS: 20, toS: 30 }).healthyTrough).toBe(1.2);
  });

  test('is near nothing where the model was hardly asked for ten seconds, and not told of shorter faults', () => {
    const pause = (recorder: Recorder) => {
      for (let second = 0; second < FRAME.loadS; second++) {
        if (second < 25 || second >= 35) recorder.asked('money', second * 1_000, 5);
        recorder.asked('drugs', second * 1_000, 5);
      }
    };
    const happen = (recorder: Recorder) => {
      for (let second = 0; second < FRAME.loadS; second++) publish(recorder, `${second}`, second * 1_000);
      pause(recorder);
    };
    expect(measured(happen).healthyTrough).toBe(0);
    expect(measured(happen, { fromS: 25, toS: 34 }).healthyTrough).toBeNull();
  });

  test('is not low where little was published', () => {
    const quiet = (recorder: Recorder) => {
      for (let second = 0; second < FRAME.loadS; second++) {
        if (second > 25 && second < 37) continue;
        publish(recorder, `${second}`, second * 1_000);
        for (const model of ['money', 'drugs']) recorder.asked(model, second * 1_000, 1);
      }
    };
    expect(measured(quiet).healthyTrough).toBe(1);
  });
});

test('questions to a healthy model are counted per event that concerns it, whenever they are asked', () => {
  const happen = (recorder: Recorder) => {
    for (const id of ['a', 'b']) recorder.published(id, 0, ['money']);
    recorder.published('c', 0, ['drugs']);
    recorder.asked('money', 0, 2);
    recorder.asked('money', 75_000, 3);
    recorder.asked('drugs', 0, 1);
  };
  expect(measured(happen).healthyAsks).toBe(2.5);
  expect(measured((recorder) => recorder.published('a', 0, ['drugs'])).healthyAsks).toBe(0);
});

describe('the ill model after its return', () => {
  const offer = (recorder: Recorder, fromS: number, toS: number, share: number) => {
    for (let second = fromS; second < toS; second++) recorder.offered('weapons', second * 1_000, share);
  };

  test('is measured in ten seconds after the last fault, also when nothing is published any more', () => {
    expect(measured((recorder) => offer(recorder, 45, 55, 0.9)).illPeakAfter).toBeCloseTo(0.9);
    expect(measured((recorder) => offer(recorder, 65, 75, 1.2)).illPeakAfter).toBeCloseTo(1.2);
  });

  test('does not count what was asked of it before', () => {
    expect(measured((recorder) => offer(recorder, 20, 40, 30)).illPeakAfter).toBe(0);
  });

  test('has no load where no model is ill, or the run ends too early', () => {
    expect(measured(steady, { ill: [] }).illPeakAfter).toBeNull();
    expect(measured(steady, { durationS: 49 }).illPeakAfter).toBeNull();
  });
});

test('the oldest event that is not acknowledged is that of the whole run, not of the load alone', () => {
  const happen = (recorder: Recorder) => {
    recorder.published('a', 40_000, FRAME.models);
    for (let second = 1; second < 80; second++) recorder.tick(second * 1_000);
  };
  expect(measured(happen).oldestUnacked).toBe(39);
});

describe('the delay of new events', () => {
  test('is told of those published during the faults, until all healthy topics are decided', () => {
    const happen = (recorder: Recorder) => {
      publish(recorder, 'before', 19_999, { money: 9_000 });
      publish(recorder, 'first', 20_000, { money: 1_000, drugs: 3_000, weapons: 50_000 });
      publish(recorder, 'second', 39_999, { money: 2_000, drugs: 1_000, weapons: Number.POSITIVE_INFINITY });
      publish(recorder, 'third', 30_000, { money: 1_000, drugs: 1_000 });
      publish(recorder, 'after', 40_000, { money: 9_000 });
    };
    const { delayP50, delayP99 } = measured(happen);
    expect(delayP50).toBe(2);
    expect(delayP99).toBeCloseTo(3, 1);
  });

  test('of what is never decided counts as until the end of the run', () => {
    const happen = (recorder: Recorder) => publish(recorder, 'a', 30_000, { money: Number.POSITIVE_INFINITY });
    expect(measured(happen).delayP50).toBe(50);
  });

  test('leaves out what was superseded, and what concerns no healthy model', () => {
    const happen = (recorder: Recorder) => {
      publish(recorder, 'a', 30_000, { money: 4_000 });
      publish(recorder, 'b', 30_000, { money: Number.POSITIVE_INFINITY });
      recorder.closed('b', 31_000);
      recorder.published('c', 30_000, ['weapons']);
    };
    expect(measured(happen).delayP50).toBe(4);
  });

  test('is not there where no model is healthy, or nothing was published', () => {
    expect(measured(steady, { ill: FRAME.models }).delayP99).toBeNull();
    expect(measured(() => {}).delayP99).toBeNull();
  });
});

describe('the time to recover', () => {
  test('is from the end of the faults until all that was published before is decided on all topics', () => {
    const happen = (recorder: Recorder) => {
      publish(recorder, 'a', 25_000, { weapons: 25_000 });
      publish(recorder, 'b', 39_999, { money: 2_000 });
      publish(recorder, 'c', 41_000, { weapons: 30_000 });
    };
    expect(measured(happen).recovery).toBe(10);
  });

  test('is nothing where all was decided by then', () => {
    expect(measured((recorder) => publish(recorder, 'a', 25_000)).recovery).toBe(0);
  });

  test('is not there where something never was', () => {
    const happen = (recorder: Recorder) => publish(recorder, 'a', 25_000, { weapons: Number.POSITIVE_INFINITY });
    expect(measured(happen)).toMatchObject({ recovery: null, lost: 1 });
  });

  const owing = (count: number, doneS: number) => (recorder: Recorder) => {
    for (let nth = 0; nth < count; nth++) publish(recorder, `${nth}`, 30_000, { weapons: (doneS - 30) * 1_000 });
  };

  test('is held against the best possible: what is owed over the capacity that is to spare', () => {
    const happen = (recorder: Recorder) => {
      for (let nth = 0; nth < 150; nth++) publish(recorder, `done ${nth}`, 30_000);
      owing(150, 52)(recorder);
    };
    // 150 events at 20 - 5 a second take 10 s at best.
    expect(measured(happen).drain).toBeCloseTo(1.2);
  });

  test('is not held against it where little is owed, the capacity changes, or nothing is to spare', () => {
    expect(measured(owing(99, 52)).drain).toBeNull();
    expect(measured(owing(150, 52), { capacity: undefined }).drain).toBeNull();
    expect(measured(owing(150, 52), { capacity: 5 }).drain).toBeNull();
    expect(measured(owing(150, 52), { capacity: 4 }).drain).toBeNull();
  });
});

test('calls to dependencies are told per event, and for the item that took most', () => {
  const happen = (recorder: Recorder) => {
    for (const id of ['a', 'b', 'c', 'd']) publish(recorder, id, 0);
    recorder.closed('d', 100);
    for (let call = 0; call < 5; call++) recorder.dependencyCalled('seller-a', call);
    recorder.dependencyCalled('seller-b', 0);
  };
  expect(measured(happen)).toMatchObject({ dependencyCalls: 1.5, dependencyCallsMost: 5 });
});

test('what is given up is not lost, and what was superseded is neither', () => {
  const happen = (recorder: Recorder) => {
    publish(recorder, 'a', 0, { weapons: Number.POSITIVE_INFINITY });
    recorder.decided('a', 5_000, ['weapons'], true);
    publish(recorder, 'b', 0, { drugs: Number.POSITIVE_INFINITY });
    publish(recorder, 'c', 0, { drugs: Number.POSITIVE_INFINITY });
    recorder.closed('c', 100);
  };
  expect(measured(happen)).toMatchObject({ abandoned: 1, lost: 1 });
});

test('the error of the told latency is in seconds', () => {
  const happen = (recorder: Recorder) => {
    publish(recorder, 'a', 0);
    recorder.toldDelay('a', 2_000, 500);
  };
  expect(measured(happen).latencyError).toBe(1.5);
  expect(measured(steady).latencyError).toBeNull();
});

test('where nothing is published, nothing is told that would be a share of it', () => {
  expect(measured(() => {})).toEqual({
    healthyPeak: 0,
    healthyMean: null,
    healthyTrough: 1,
    healthyAsks: null,
    proxyPeak: 0,
    illPeakAfter: 0,
    oldestUnacked: 0,
    delayP50: null,
    delayP99: null,
    recovery: 0,
    drain: null,
    dependencyCalls: null,
    dependencyCallsMost: null,
    firstRetryHits: null,
    latencyError: null,
    abandoned: 0,
    lost: 0,
  });
});

test('where no model is healthy, nothing is told of one', () => {
  const { healthyPeak, healthyMean, healthyTrough, healthyAsks } = measured(steady, { ill: FRAME.models });
  expect([healthyPeak, healthyMean, healthyTrough, healthyAsks]).toEqual([null, null, null, null]);
});

test('an hour of a hundred models is measured', () => {
  const models = Array.from({ length: 100 }, (_, index) => `model-${index}`);
  const recorder = createRecorder();
  recorder.asked('model-7', 10_000, 500);
  const { healthyPeak } = measure(recorder.notes, { ...FRAME, models, ill: [], loadS: 3_600, durationS: 3_600 });
  expect(healthyPeak).toBeCloseTo(10);
});

describe('hits on redeliveries', () => {
  /** Four events that money and drugs have answered, redelivered; one of them is asked again of money. */
  function redelivered(recorder: Recorder): void {
    for (const id of ['a', 'b', 'c', 'd']) {
      recorder.published(id, 0, FRAME.models);
      recorder.delivered(id, 0);
      for (const model of FRAME.models) recorder.asked(model, 0, 1, [id]);
      for (const model of ['money', 'drugs', 'weapons']) recorder.answered(model, [id]);
      recorder.delivered(id, 10_000);
      recorder.asked('weapons', 10_000, 1, [id]);
    }
    recorder.asked('money', 10_000, 1, ['a']);
  }

  test('are the share of healthy models that had answered and are not asked again', () => {
    const recorder = createRecorder();
    redelivered(recorder);
    expect(hitsOf(recorder.notes, FRAME)).toEqual([{ retry: 1, knowable: 8, hitShare: 0.875 }]);
    expect(measured(redelivered).firstRetryHits).toBe(0.875);
  });

  test('are not there where nothing was redelivered', () => {
    const recorder = createRecorder();
    steady(recorder);
    expect(hitsOf(recorder.notes, FRAME)).toEqual([]);
  });
});

describe('the series', () => {
  const seriesFor = (happen: (recorder: Recorder) => void, changes: Partial<Frame> = {}) => {
    const recorder = createRecorder();
    happen(recorder);
    return seriesOf(recorder.notes, { ...FRAME, loadS: 3, durationS: 80, ...changes });
  };

  test('have a value for each second of the load', () => {
    const series = seriesFor((recorder) => {
      recorder.count('proxyLoad', 500, 4);
      recorder.count('proxyLoad', 2_999, 2);
      recorder.count('proxyLoad', 3_000, 9);
      recorder.asked('weapons', 1_000, 8);
    });
    expect(series.proxyLoad).toEqual([4, 0, 2]);
    expect(series.illLoad).toEqual([0, 8, 0]);
  });

  test('show the healthy model that is busiest at its peak', () => {
    const series = seriesFor((recorder) => {
      for (const second of [0, 1, 2]) recorder.asked('money', second * 1_000, 3);
      recorder.asked('drugs', 2_000, 30);
      recorder.asked('weapons', 1_000, 99);
    });
    expect(series.healthyLoad).toEqual([0, 0, 30]);
  });

  test('tell the median delay by the second of the publish, also of what is decided after the load', () => {
    const series = seriesFor((recorder) => {
      publish(recorder, 'a', 0, { money: 200 });
      publish(recorder, 'b', 100, { money: 400 });
      publish(recorder, 'c', 900, { money: 60_000 });
      publish(recorder, 'd', 2_000, { money: 10_000, weapons: 70_000 });
    });
    expect(series.delay).toEqual([0.4, null, 10]);
  });

  test('say nothing of a healthy model, of delays or of an ill model where there is none', () => {
    const nobody = [null, null, null];
    const allIll = seriesFor((recorder) => publish(recorder, 'a', 0), { ill: FRAME.models });
    expect([allIll.healthyLoad, allIll.delay]).toEqual([nobody, nobody]);
    expect(seriesFor(() => {}, { ill: [] }).illLoad).toEqual(nobody);
  });
});
