/**
 * The Learn page: a list of lessons that tells a story, or one of them.
 * @module
 */

import { doorway } from "../shared/page/door.js";

const leadsTo = ({ data }, next) => data.lesson === next.lesson && data.language === next.language;

async function load({ parentElement, data }) {
  if (!data.lesson) {
    const { Story } = await import("./story/story.js");
    return () => new Story(parentElement, data);
  }
  const [{ LessonFrame }, { LESSONS }] = await Promise.all([import("./frame/lesson.js"), import("./lessons/lessons.js")]);
  const lesson = (await LESSONS[data.lesson]()).default;
  /** @type {any} */
  let brought;
  try {
    brought = await lesson.fetch?.(new URL("./", import.meta.url), data);
  } catch {
    const { Story } = await import("./story/story.js");
    return () => new Story(parentElement, data, data.words.lacks);
  }
  return () => new LessonFrame(parentElement, data, lesson, brought);
}

export default doorway({ load, leadsTo });
