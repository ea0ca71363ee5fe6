import * as units from '@grafana/grafana-foundation-sdk/units';
import type { Section } from './dashboard.ts';
import { figure, labelTable } from './figures.ts';
import { DOWN_OR_UP } from './panel.ts';
import { MODEL, MODELS, PROXIES, REPLICA, rate, ratio, select, sumRate, withModel } from './promql.ts';
import { timeline, timeSeries } from './time-series.ts';

/** Service: the processes of the proxies and of the models. */

const CPU = 'process_cpu_seconds_total';
const REPLICAS = ['instance'];
const CHOSEN = [PROXIES, REPLICA];

export const cost: Section = {
  title: 'What an item costs',
  panels: [
    figure(
      {
        title: 'Replicas up',
        description: 'Proxies that Prometheus can scrape. Fewer than there should be: see their logs.',
        unit: units.Short,
        width: 4,
        height: 8,
        runbooks: ['EddyProxyNotReceiving'],
      },
      {
        steps: [
          ['red', 0],
          ['green', 1],
        ],
        nothing: 'none known',
      },
      `sum(${select('up', ...CHOSEN)})`,
    ),
    timeline(
      {
        title: 'Scraped',
        description: 'Which replicas and which model processes Prometheus can scrape.',
        unit: units.Short,
        width: 6,
        height: 8,
      },
      DOWN_OR_UP,
      { expr: `min by (instance) (${select('up', ...CHOSEN)})`, legend: 'proxy {{instance}}' },
      { expr: `min by (instance) (${select('up', MODELS)})`, legend: 'model {{instance}}' },
    ),
    timeSeries(
      {
        title: 'CPU for a message, in the proxy',
        description:
          'CPU time of each replica by the messages that it took in. It falls with load, as calls become batches. A lasting rise after a release: the release made it dearer.',
        unit: units.Seconds,
        width: 7,
      },
      {},
      {
        expr: ratio(sumRate(REPLICAS, CPU, ...CHOSEN), sumRate(REPLICAS, 'eddy_messages_received_total', REPLICA)),
        legend: '{{instance}}',
      },
    ),
    timeSeries(
      {
        title: 'CPU for an input, in the model',
        description: 'CPU time of the processes of each model by the inputs that arrived at them.',
        unit: units.Seconds,
        width: 7,
      },
      {},
      {
        expr: ratio(
          `sum by (model) (${withModel(rate(CPU, MODELS))})`,
          sumRate(['model'], 'eddy_scorer_inputs_total', MODEL),
        ),
        legend: '{{model}}',
      },
    ),
  ],
};

export const proxyProcesses: Section = {
  title: 'Proxy processes',
  panels: [
    timeSeries(
      {
        title: 'CPU',
        description:
          'Cores in use by each replica. Its JavaScript runs in one thread: near 1 it is full, and more replicas are needed.',
        unit: units.Short,
        width: 5,
        runbooks: ['EddyMainSubscriptionBehind'],
      },
      {
        limits: [
          ['transparent', 0],
          ['orange', 0.85],
        ],
      },
      { expr: sumRate(REPLICAS, CPU, ...CHOSEN), legend: '{{instance}}' },
    ),
    timeSeries(
      {
        title: 'Event loop lag (p99)',
        description:
          'By how much timers of each replica are late. Tens of milliseconds make calls look slow that are not.',
        unit: units.Seconds,
        width: 5,
        runbooks: ['EddyMainSubscriptionBehind'],
      },
      {
        limits: [
          ['transparent', 0],
          ['orange', 0.1],
        ],
      },
      {
        expr: `max by (instance) (${select('nodejs_eventloop_lag_p99_seconds', ...CHOSEN)})`,
        legend: '{{instance}}',
      },
    ),
    timeSeries(
      {
        title: 'Memory',
        description:
          'What each replica holds of the machine, and of that the used heap. A sawtooth is well; a heap whose low points keep rising is a leak.',
        unit: units.BytesIEC,
        width: 5,
      },
      {},
      {
        expr: `max by (instance) (${select('process_resident_memory_bytes', ...CHOSEN)})`,
        legend: '{{instance}} resident',
      },
      {
        expr: `max by (instance) (${select('nodejs_heap_size_used_bytes', ...CHOSEN)})`,
        legend: '{{instance}} heap',
      },
    ),
    timeSeries(
      {
        title: 'Garbage collection',
        description:
          'Of the time, what each replica spends on it, by kind. Above some per cent, major: the heap is too full.',
        unit: units.PercentUnit,
        width: 4,
      },
      {},
      {
        expr: sumRate(['instance', 'kind'], 'nodejs_gc_duration_seconds_sum', ...CHOSEN),
        legend: '{{instance}} {{kind}}',
      },
    ),
    timeSeries(
      {
        title: 'Up for',
        description: 'Time since each replica started. A fall to 0 is a restart; several in a row, a crash loop.',
        unit: units.Seconds,
        width: 5,
        runbooks: ['EddyProxyNotReceiving'],
      },
      {},
      {
        expr: `time() - max by (instance) (${select('process_start_time_seconds', ...CHOSEN)})`,
        legend: '{{instance}}',
      },
    ),
  ],
};

export const modelProcesses: Section = {
  title: 'Model processes',
  panels: [
    timeSeries(
      {
        title: 'CPU of models',
        description: 'Cores in use by the processes of each model, all together.',
        unit: units.Short,
        width: 6,
      },
      {},
      { expr: `sum by (model) (${withModel(rate(CPU, MODELS))})`, legend: '{{model}}' },
    ),
    timeSeries(
      {
        title: 'Event loop lag of models (p99)',
        description: "The worst of each model's processes. High: it scores more than it can, and answers late.",
        unit: units.Seconds,
        width: 6,
        runbooks: ['EddyModelBreakerOpen'],
      },
      {},
      {
        expr: `max by (model) (${withModel(select('nodejs_eventloop_lag_p99_seconds', MODELS))})`,
        legend: '{{model}}',
      },
    ),
    timeSeries(
      {
        title: 'Memory of models',
        description: 'What the processes of each model hold of the machine, all together.',
        unit: units.BytesIEC,
        width: 6,
      },
      {},
      {
        expr: `sum by (model) (${withModel(select('process_resident_memory_bytes', MODELS))})`,
        legend: '{{model}}',
      },
    ),
    labelTable(
      {
        title: 'Versions',
        description:
          'The version of each model that its processes serve, and how many do. Two versions of one model: a release is under way, and the cache has answers of neither for the other.',
        unit: units.Short,
        width: 6,
        height: 8,
      },
      'no model',
      `count by (model, version) (${select('eddy_scorer_info', MODEL)})`,
      { model: 'Model', version: 'Version', Value: 'Processes' },
    ),
    labelTable(
      {
        title: 'Versions, as the proxies know them',
        description:
          'The version that each model has last said, and to how many replicas: that under which they look for its answers in the cache.',
        unit: units.Short,
        width: 24,
        height: 6,
      },
      'no proxy',
      `count by (model, version) (${select('eddy_model_info', MODEL, REPLICA)})`,
      { model: 'Model', version: 'Version', Value: 'Replicas' },
    ),
  ],
};
