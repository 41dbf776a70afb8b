/** Where the names of classes stand on a map: in their middles, and those that lie apart. */

const HEAP = 0.35; // of the way apart: classes that lie closer to each other have no name yet
const FADE = 0.3; // of it, over which a name comes and goes
/**
 * The middle of each class.
 * @param {Float32Array} points [2P]; places that are not finite are left out
 * @param {number[][]} members the points of each class
 * @returns {({x: number, y: number} | null)[]} null where a class has no point
 */
export function middles(points, members) {
  return members.map((list) => {
    let [x, y, n] = [0, 0, 0];
    for (const i of list) {
      if (!Number.isFinite(points[2 * i]) || !Number.isFinite(points[2 * i + 1])) continue;
      x += points[2 * i];
      y += points[2 * i + 1];
      n += 1;
    }
    return n ? { x: x / n, y: y / n } : null;
  });
}

/**
 * How opaque each name is: of two that would lie on each other the second is not there, and of classes in one heap
 * neither; both appear as the classes part.
 * @param {{x: number, y: number, width: number, height: number}[]} names their middles and sizes in pixels
 * @returns {number[]} in [0, 1]
 */
export function apart(names) {
  const within = (value) => Math.min(1, Math.max(0, value));
  const opacity = [];
  names.forEach((name, i) => {
    opacity[i] = 1;
    names.forEach((other, j) => {
      if (i === j) return;
      const across = (2 * Math.abs(name.x - other.x)) / (name.width + other.width);
      const along = (2 * Math.abs(name.y - other.y)) / (name.height + other.height);
      const apart = Math.max(across, along); // 1: the two boxes touch
      const clear = within((apart - 1) / FADE);
      const parted = within((apart - HEAP) / FADE);
      // As opaque as the one before it leaves room.
      opacity[i] = Math.min(opacity[i], parted, j < i ? 1 - opacity[j] * (1 - clear) : 1);
    });
  });
  return opacity;
}

/**
 * The points of each class, by label.
 * @param {ArrayLike<number> | null} labels
 * @param {number} count points
 * @returns {Map<number, number[]>} -1 for those without a class
 */
export function membersOf(labels, count) {
  const members = new Map();
  for (let i = 0; i < count; i += 1) {
    const label = labels && labels[i] >= 0 ? labels[i] : -1;
    if (!members.has(label)) members.set(label, []);
    members.get(label).push(i);
  }
  return new Map([...members].sort(([a], [b]) => a - b));
}
