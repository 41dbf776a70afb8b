/**
 * Files dropped anywhere on an element.
 * @module
 */

/**
 * Take the files that are dropped on an element, which has the class "over" while they hover over it.
 * @param {HTMLElement} element
 * @param {(drop: DataTransfer) => void} onDrop
 */
export function catchDrops(element, onDrop) {
  let depth = 0; // of elements entered and not left: each child tells of its own
  const mark = (to) => {
    depth = Math.max(0, to);
    element.classList.toggle("over", depth > 0);
  };
  const on = (name, act) =>
    element.addEventListener(name, (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      act(event.dataTransfer);
    });
  on("dragenter", () => mark(depth + 1));
  on("dragleave", () => mark(depth - 1));
  on("dragover", () => {});
  on("drop", (drop) => {
    mark(0);
    onDrop(drop);
  });
}

/** Whether a folder is among what is dropped. @param {{items: ArrayLike<any>}} drop */
export const holdsFolder = ({ items }) => [...items].some((item) => item.webkitGetAsEntry?.()?.isDirectory);
