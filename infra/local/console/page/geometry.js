// Where things stand, in CSS pixels: words keep their size however wide the page is.

/** @typedef {{ x: number, y: number, width: number, height: number }} Box by its centre */
/** @typedef {{ x: number, y: number, radius: number }} Circle */

/**
 * @typedef {object} Geometry
 * @property {number} width
 * @property {number} height
 * @property {Box} events
 * @property {Box} proxy
 * @property {Box} decisions
 * @property {Box} store
 * @property {Box} catalogue
 * @property {Box[]} models
 * @property {Circle} eddy
 * @property {{ in: string, out: string, ask: string[], owe: string, rejoin: string, side: string[] }} paths
 */

const NARROW = 540;
/** How wide a model's box is at least. */
const LEAST = 40;

/**
 * @param {number} width
 * @param {number} models how many
 * @returns {Geometry}
 */
export function geometryOf(width, models) {
  return width < NARROW ? narrow(width, models) : wide(width, models);
}

/**
 * The main stream goes straight through, the models stand above it, the eddy turns below.
 *
 * @param {number} width
 * @param {number} count
 * @returns {Geometry}
 */
function wide(width, count) {
  const middle = width / 2;
  const proxy = { x: middle, y: 204, width: 176, height: 72 };
  const events = { x: 76, y: proxy.y, width: 136, height: 56 };
  const decisions = { x: width - 76, y: proxy.y, width: 136, height: 56 };
  const eddy = { x: middle, y: 338, radius: 46 };
  const models = row(width, count, { y: 36, height: 58, most: 190, margin: 8 });
  const bottom = proxy.y + proxy.height / 2;
  return {
    width,
    height: 398,
    proxy,
    events,
    decisions,
    eddy,
    models,
    store: { x: Math.max(76, middle - 240), y: eddy.y, width: 136, height: 48 },
    catalogue: { x: Math.min(width - 76, middle + 240), y: eddy.y, width: 136, height: 48 },
    paths: {
      in: `M${events.x + 68} ${proxy.y}H${middle - 88}`,
      out: `M${middle + 88} ${proxy.y}H${decisions.x - 68}`,
      ask: models.map(
        (model, index) =>
          `M${middle + spread(index, count, 48)} ${proxy.y - 36}C${middle + spread(index, count, 48)} 122 ${model.x} 130 ${model.x} 65`,
      ),
      owe: `M${middle + 52} ${bottom}C${middle + 96} ${bottom + 22} ${eddy.x + 76} ${eddy.y - 4} ${eddy.x + eddy.radius} ${eddy.y}`,
      rejoin: `M${eddy.x - eddy.radius} ${eddy.y}C${eddy.x - 76} ${eddy.y - 4} ${middle - 96} ${bottom + 22} ${middle - 52} ${bottom}`,
      side: [
        `M${middle - 88} ${proxy.y + 18}C${middle - 150} ${proxy.y + 24} ${Math.max(76, middle - 240)} ${eddy.y - 90} ${Math.max(76, middle - 240)} ${eddy.y - 24}`,
        `M${middle + 88} ${proxy.y + 18}C${middle + 150} ${proxy.y + 24} ${Math.min(width - 76, middle + 240)} ${eddy.y - 90} ${Math.min(width - 76, middle + 240)} ${eddy.y - 24}`,
      ],
    },
  };
}

/**
 * On a telephone: in and out above, the models below, the eddy beside the proxy.
 *
 * @param {number} width
 * @param {number} count
 * @returns {Geometry}
 */
function narrow(width, count) {
  const proxy = { x: width * 0.34, y: 136, width: 148, height: 66 };
  const events = { x: 66, y: 30, width: 124, height: 52 };
  const decisions = { x: width - 66, y: 30, width: 124, height: 52 };
  const eddy = { x: width - 54, y: 146, radius: 36 };
  const models = row(width, count, { y: 262, height: 56, most: 150, margin: 4 });
  const right = proxy.x + proxy.width / 2;
  return {
    width,
    height: 370,
    proxy,
    events,
    decisions,
    eddy,
    models,
    store: { x: width * 0.26, y: 342, width: 130, height: 46 },
    catalogue: { x: width * 0.74, y: 342, width: 130, height: 46 },
    paths: {
      in: `M${events.x} 56C${events.x} 84 ${proxy.x - 30} 76 ${proxy.x - 30} 103`,
      out: `M${proxy.x + 36} 103C${proxy.x + 36} 70 ${decisions.x} 96 ${decisions.x} 56`,
      ask: models.map(
        (model, index) =>
          `M${proxy.x + spread(index, count, 40)} 169C${proxy.x + spread(index, count, 40)} 206 ${model.x} 194 ${model.x} 234`,
      ),
      owe: `M${right} 124C${right + 24} 104 ${eddy.x - 40} 104 ${eddy.x - 10} ${eddy.y - 34}`,
      rejoin: `M${eddy.x - 14} ${eddy.y + 33}C${eddy.x - 44} 196 ${right + 30} 182 ${right} 156`,
      side: [],
    },
  };
}

/**
 * @param {number} width
 * @param {number} count
 * @param {{ y: number, height: number, most: number, margin: number }} options
 * @returns {Box[]}
 */
function row(width, count, { y, height, most, margin }) {
  const each = width / count;
  return Array.from({ length: count }, (_, index) => ({
    x: each * (index + 0.5),
    y,
    // A page that is just being put together, or taken down, has no width.
    width: Math.max(LEAST, Math.min(most, each - 2 * margin)),
    height,
  }));
}

/**
 * @param {number} index
 * @param {number} count
 * @param {number} reach
 */
function spread(index, count, reach) {
  return count === 1 ? 0 : -reach + (2 * reach * index) / (count - 1);
}
